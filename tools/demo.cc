#include "tools/demo.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "events/codec.h"

namespace bitacora::tools {

namespace {

struct DemoDepartment {
  std::string_view slug;
  std::string_view name;
};

constexpr std::array demo_departments = {DemoDepartment{"ventas", "Ventas"},
                                         DemoDepartment{"soporte", "Soporte"}};

struct DemoAccount {
  std::string_view username;
  std::string_view name;
  events::Role role{};
  std::vector<std::string_view> departments;
};

const std::vector<DemoAccount>& accounts() {
  static const std::vector<DemoAccount> all = {
      {"ana", "Ana Ribas", events::Role::Operator, {"ventas"}},
      {"bruno", "Bruno Díaz", events::Role::Operator, {"ventas"}},
      {"carla", "Carla Montes", events::Role::Operator, {"soporte"}},
      {"sofia", "Sofía Herrera", events::Role::Supervisor, {"ventas", "soporte"}},
      {"aldo", "Aldo Ferrari", events::Role::Auditor, {}},
      {"admin", "Administración", events::Role::Admin, {}},
  };
  return all;
}

struct DemoQuickReply {
  std::string_view key;  // part of the command's id: never change one
  std::string_view title;
  std::string_view text;
  std::string_view department;  // empty: for all
};

constexpr std::array demo_quick_replies = {
    DemoQuickReply{"saludo", "Saludo",
                   "¡Hola, {{contact.name}}! Soy {{operator.name}}, de {{department}}. "
                   "¿En qué puedo ayudarle?",
                   ""},
    DemoQuickReply{"espera", "Un momento, por favor",
                   "Deme un momento, {{contact.name}}: lo consulto y le respondo enseguida.", ""},
    DemoQuickReply{"datos", "Pedir datos",
                   "Para continuar necesito su nombre completo, un teléfono y, si ya lo tiene, "
                   "el número de pedido.",
                   ""},
    DemoQuickReply{"horario", "Horario de atención",
                   "Atendemos de lunes a viernes de 9:00 a 18:00 y los sábados de 9:00 a 13:00.",
                   ""},
    DemoQuickReply{"sigue-ahi", "¿Sigue ahí?",
                   "{{contact.name}}, ¿sigue ahí? Si prefiere, puede escribirnos más tarde y "
                   "retomamos desde aquí.",
                   ""},
    DemoQuickReply{"despedida", "Despedida",
                   "Gracias por escribirnos, {{contact.name}}. ¡Que tenga un buen día! "
                   "{{operator.name}}, {{department}}.",
                   ""},
    DemoQuickReply{"presupuesto", "Presupuesto",
                   "Le preparo el presupuesto y se lo envío por aquí antes de que termine el día. "
                   "Tiene una validez de 15 días.",
                   "ventas"},
    DemoQuickReply{"pagos", "Formas de pago",
                   "Puede pagar con tarjeta, por transferencia o en efectivo al recibir. "
                   "Con tarjeta, hasta en tres cuotas sin recargo.",
                   "ventas"},
    DemoQuickReply{"reiniciar", "Reiniciar el equipo",
                   "Apague el equipo, espere 30 segundos y vuelva a encenderlo. "
                   "¿El problema continúa?",
                   "soporte"},
    DemoQuickReply{"captura", "Pedir una captura",
                   "¿Puede enviarme una captura de pantalla donde se lea el mensaje de error?",
                   "soporte"},
};

// The key says which thing of the demo it is; the thing's values take no part in the fingerprint,
// so that a later version may word a quick reply better and still know the old one.
actors::Idempotency key_of(const std::string& thing) {
  const auto key = "demo-" + thing;
  return {key, events::sha256(key)};
}

events::Result<events::UuidBytes> add(Service& service, const std::string& thing,
                                      actors::DirectoryCommand command) {
  auto added = ask_directory(service, events::Who::system(), key_of(thing), std::move(command));
  if (!added) return added.error();
  return added->subject;
}

// A password is no event, so that setting it and the account's own event are two writes. The event
// that notes it comes last: where it is missing, the password is (again) to be set.
events::Result<void> set_demo_password(Service& service, const events::OperatorId& id,
                                       std::string_view username) {
  const auto thing = "password-" + std::string(username);
  const auto noted = service.log().find_command(
      events::StreamId::directory(), events::Who::system().to_string() + "/" + key_of(thing).key);
  if (!noted) return noted.error();
  if (noted->has_value()) return {};
  if (auto set = service.secrets().set_password(id, demo_password); !set) return set.error();
  auto note = add(service, thing, actors::NotePasswordChange{id});
  if (!note) return note.error();
  return {};
}

}  // namespace

events::Result<void> add_demo(Service& service) {
  std::map<std::string_view, events::DepartmentId> departments;
  for (const auto& department : demo_departments) {
    auto added =
        add(service, "department-" + std::string(department.slug),
            actors::AddDepartment{std::string(department.slug), std::string(department.name)});
    if (!added) return added.error();
    departments.emplace(department.slug, events::DepartmentId(*added));
  }
  for (const auto& account : accounts()) {
    std::set<events::DepartmentId> theirs;
    for (const auto slug : account.departments) theirs.insert(departments.at(slug));
    auto added = add(service, "operator-" + std::string(account.username),
                     actors::AddOperator{std::string(account.username), std::string(account.name),
                                         account.role, theirs});
    if (!added) return added.error();
    auto set = set_demo_password(service, events::OperatorId(*added), account.username);
    if (!set) return set.error();
  }
  for (const auto& reply : demo_quick_replies) {
    std::optional<events::DepartmentId> department;
    if (!reply.department.empty()) department = departments.at(reply.department);
    auto added =
        add(service, "quick-reply-" + std::string(reply.key),
            actors::AddQuickReply{std::string(reply.title), std::string(reply.text), department});
    if (!added) return added.error();
  }
  return {};
}

std::string_view demo_accounts() {
  return "  ana, bruno   operadores de ventas\n"
         "  carla        operadora de soporte\n"
         "  sofia        supervisora de ambos\n"
         "  aldo         auditor\n"
         "  admin        administrador\n";
}

}  // namespace bitacora::tools
