// Fills a data folder with a company and its conversations, in process: real events through the
// log's own append(), then the views through the projector, as a server would have left them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/log.h"

namespace bitacora::bench {

struct Account {
  events::OperatorId id;
  std::string username;
  std::string token;  // of a session that is open
};

struct Visitor {
  events::ContactId id;
  std::string token;
};

struct Company {
  events::DepartmentId department_id;
  std::string department_slug;
  std::vector<Account> operators;
};

// One thread. Aborts when the log refuses: a bench over a folder half filled would mislead.
class Filler {
 public:
  // The folder must be missing or empty.
  explicit Filler(std::filesystem::path data);
  ~Filler();

  // One department with so many operators, each signed in.
  Company add_company(std::size_t operators);
  // Contacts of the department who have registered and not yet written.
  std::vector<Visitor> add_visitors(const Company& company, std::size_t count);
  // Conversations in the department's Espera: registered, opened, one message, enqueued: five
  // events each. The first one has waited longest.
  std::vector<events::ConversationId> add_waiting(const Company& company, std::size_t count);
  // Claims waiting conversations in turn for the operators: three events each.
  void claim_in_turn(const Company& company, const std::vector<events::ConversationId>& waiting);
  // Messages of the contacts to conversations that have had nothing else since add_waiting().
  void add_messages(const std::vector<events::ConversationId>& waiting, std::size_t count_each);
  [[nodiscard]] events::Position position() const { return position_; }

  // Writes what is pending, closes the log, and brings the views up to date with it.
  void finish();

 private:
  void add(events::AppendRequest request);
  void flush();
  events::NewEvent new_event(const events::StreamId& stream, events::Who who, events::Event event);

  std::filesystem::path data_;
  std::unique_ptr<events::Log> log_{};
  std::vector<events::AppendRequest> pending_{};
  std::size_t pending_events_ = 0;
  events::Position position_{};      // of the last event added
  events::Version queue_version_{};  // of the one department's queue
  events::Instant now_;              // grows by a millisecond an append
};

// Of conversation streams that add_waiting() has made.
inline constexpr std::uint64_t waiting_conversation_events = 2;

}  // namespace bitacora::bench
