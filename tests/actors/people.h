// A directory for the deciders' tests: two departments, their people, and ids that are the same in
// every run.
#pragma once

#include "actors/commands.h"

namespace bitacora::actors {

template <class IdType>
IdType fixed_id(std::uint8_t last) {
  events::UuidBytes bytes{};
  bytes[6] = 0x70;
  bytes[8] = 0x80;
  bytes[15] = last;
  return IdType(bytes);
}

// A file of its own for each number.
inline events::Attachment fixed_attachment(std::uint8_t last) {
  return {fixed_id<events::AttachmentId>(last), "Núñez 📎.pdf", "application/pdf", 12'345, {}};
}

struct People {
  events::DepartmentId ventas = fixed_id<events::DepartmentId>(1);
  events::DepartmentId soporte = fixed_id<events::DepartmentId>(2);
  events::OperatorId ana = fixed_id<events::OperatorId>(11);    // ventas
  events::OperatorId bruno = fixed_id<events::OperatorId>(12);  // ventas
  events::OperatorId carla = fixed_id<events::OperatorId>(13);  // soporte
  events::OperatorId sofia = fixed_id<events::OperatorId>(14);  // supervisor of both
  events::OperatorId aldo = fixed_id<events::OperatorId>(15);   // auditor
  events::OperatorId admin = fixed_id<events::OperatorId>(16);
  events::OperatorId gone = fixed_id<events::OperatorId>(17);  // of ventas, deactivated
  events::OperatorId lost = fixed_id<events::OperatorId>(18);  // an operator of no department
  events::DirectoryState directory;

  People() {
    directory.departments[ventas] = {ventas, "ventas", "Ventas"};
    directory.departments[soporte] = {soporte, "soporte", "Soporte"};
    using events::Role;
    add(ana, "ana", Role::Operator, {ventas});
    add(bruno, "bruno", Role::Operator, {ventas});
    add(carla, "carla", Role::Operator, {soporte});
    add(sofia, "sofia", Role::Supervisor, {ventas, soporte});
    add(aldo, "aldo", Role::Auditor, {});
    add(admin, "admin", Role::Admin, {});
    add(gone, "gone", Role::Operator, {ventas});
    directory.operators[gone].active = false;
    add(lost, "lost", Role::Operator, {});
  }

  [[nodiscard]] events::Viewer viewer(const events::OperatorId& id) const {
    return events::Viewer::of(directory.operators.at(id));
  }

 private:
  void add(const events::OperatorId& id, const std::string& username, events::Role role,
           std::set<events::DepartmentId> departments) {
    directory.operators[id] = {
        id,   username,          "Nombre de " + username, role, std::move(departments),
        true, events::Position()};
  }
};

inline const People people;

}  // namespace bitacora::actors
