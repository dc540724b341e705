// Where an import writes to: a running server, or the folder of a stopped one. Both take the same
// steps with the same command keys and fingerprints, so an import that was begun one way may be
// finished or repeated the other.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "events/error.h"
#include "tools/server_session.h"
#include "tools/service.h"

namespace bitacora::tools {

// What one step did.
struct ImportStep {
  // Whose step it was: the contact's token or id after registering; the conversation's id after the
  // contact wrote; empty otherwise.
  std::string subject{};
  bool replayed = false;  // it had been done before; nothing was written
};

// One a worker; one thread at a time. All functions block. Overloaded and Unavailable mean: again,
// with the same key.
class ImportTarget {
 public:
  virtual ~ImportTarget() = default;
  virtual events::Result<ImportStep> register_contact(const std::string& name,
                                                      const std::string& key) = 0;
  virtual events::Result<ImportStep> write_as_contact(const std::string& contact,
                                                      const std::string& text,
                                                      const std::string& key) = 0;
  virtual events::Result<ImportStep> reply(const std::string& conversation_id,
                                           const std::string& text, const std::string& key) = 0;
  virtual events::Result<ImportStep> close(const std::string& conversation_id,
                                           const std::string& key) = 0;
};

using MakeImportTarget = std::function<events::Result<std::unique_ptr<ImportTarget>>()>;

// Into the folder: through its actors, in this process, which `service` holds. The operator answers
// conversations of the department. Invalid when they cannot.
events::Result<MakeImportTarget> import_into_service(Service& service, std::string_view department,
                                                     std::string_view username);

// Through a server, signed in as the operator who answers.
events::Result<MakeImportTarget> import_through_server(const ServerAccount& account,
                                                       std::string_view department);

}  // namespace bitacora::tools
