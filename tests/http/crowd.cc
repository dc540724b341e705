#include "tests/http/crowd.h"

#include <future>

#include "tests/waiting.h"

namespace bitacora::http {

Crowd::Crowd(ServerRig& rig, unsigned seed) : rig_(rig), random_(seed) {
  for (int i = 0; i < 12; ++i) {
    visitors_.push_back(
        rig_.visitor(i % 3 == 0 ? "soporte" : "ventas", "Visitante " + std::to_string(i)));
    conversations_.push_back(rig_.write(visitors_.back(), "Hola"));
  }
}

Crowd::~Crowd() { stop(); }

void Crowd::start() {
  thread_ = std::thread([this] {
    while (!stopping_) {
      const int allowed = allowed_;
      if (actions_ < allowed) {
        act();
      } else {
        allowed_.wait(allowed);
      }
    }
  });
}

void Crowd::allow(int actions) {
  if (actions <= allowed_) return;
  allowed_ = actions;
  allowed_.notify_all();
}

void Crowd::finish(int actions) {
  allow(actions);
  BITACORA_INVARIANT(comes_true([&] { return actions_ >= actions; }), "the crowd acts");
  stop();
}

void Crowd::stop() {
  stopping_ = true;
  allow(allowed_ + 1);  // wakes it
  if (thread_.joinable()) thread_.join();
}

std::size_t Crowd::below(std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
}

// Refusals are as good as anything else here.
void Crowd::act() {
  const std::string& id = conversations_[below(conversations_.size())];
  const std::string who = people_[below(people_.size())];
  if (actions_ == renames_next_) rename();
  switch (below(11)) {
    case 0:
    case 1:
      contact_writes();
      break;
    case 2:
      rig_.change(who, id, actors::Claim{});
      break;
    case 3:
      rig_.change(who, id, actors::Release{});
      break;
    case 4:
      rig_.change(who, id, actors::Close{});
      break;
    case 5:
      rig_.change(who, id, actors::Reopen{});
      break;
    case 6:
      transfer(who, id);
      break;
    case 7:
      rig_.change(who, id, actors::MarkRead{});
      break;
    case 8:
      contact_marks();
      break;
    default:
      rig_.change(who, id, actors::SendReply{{.text = "respuesta " + std::to_string(actions_)}});
  }
  ++actions_;
}

void Crowd::contact_writes() {
  ask_for_contact(actors::ReceiveMessage{{.text = "mensaje " + std::to_string(actions_)}});
}

// What has come to a contact's page by now, or what of it was read.
void Crowd::contact_marks() {
  const events::Version up_to(below(80));
  if (below(2) == 0) {
    ask_for_contact(actors::MarkDelivered{up_to});
  } else {
    ask_for_contact(actors::MarkReadByContact{up_to});
  }
}

void Crowd::ask_for_contact(actors::ContactCommand command) {
  const ServerRig::Visitor& visitor = visitors_[below(visitors_.size())];
  std::promise<void> done;
  rig_.runtime().ask(*events::ContactId::parse(visitor.contact_id), std::nullopt,
                     std::move(command), [&](const auto&) { done.set_value(); });
  done.get_future().wait();
}

void Crowd::rename() {
  renames_next_ *= 2;
  const std::string name = "Nombre " + std::to_string(actions_);
  const auto directory = rig_.projector().directory();
  if (below(2) == 0) {
    const auto* department = directory->department_by_slug(below(2) == 0 ? "ventas" : "soporte");
    rig_.change_directory(actors::ChangeDepartment{department->id, name, {}});
  } else {
    const auto* account = directory->operator_by_username(people_[below(people_.size())]);
    rig_.change_directory(
        actors::ChangeOperator{account->id, name, account->role, account->departments});
  }
}

void Crowd::transfer(const std::string& who, const std::string& id) {
  actors::Transfer transfer{.note = below(2) == 0 ? "nota" : ""};
  if (below(2) == 0) {
    const auto directory = rig_.projector().directory();
    transfer.department_id =
        directory->department_by_slug(below(2) == 0 ? "ventas" : "soporte")->id;
  } else {
    transfer.operator_id = rig_.viewer(people_[below(people_.size())]).id;
  }
  rig_.change(who, id, std::move(transfer));
}

}  // namespace bitacora::http
