// What the handlers and the live sessions of the App share. Lives as long as any of them.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

#include "http/app.h"
#include "http/assets.h"
#include "http/conversation_calls.h"
#include "http/hub.h"
#include "http/metrics.h"
#include "http/quota.h"
#include "http/rate_limit.h"
#include "http/sign_in_throttle.h"
#include "http/under_way.h"
#include "http/workers.h"

namespace bitacora::http {

struct Edge {
  Edge(const Server& its_server, AppOptions its_options);

  const Server& server;
  const AppOptions options;
  const Assets assets{carried_assets()};
  Hub hub;
  Metrics metrics;
  RateLimit contact_messages;
  RateLimit visitors;
  SignInThrottle sign_in_throttle;
  UnderWay<events::OperatorId> password_changes;
  const AttachmentRules attachment_rules;
  Quota uploads_streaming{events::limits::uploads_streaming_max};
  Quota files_served{events::limits::files_served_max};
  // For password hashes, for files, for what uploads bring, which takes much and is in nobody's
  // way, and for catching up from the views.
  Workers workers;
  Workers file_workers;
  Workers upload_workers;
  boost::asio::thread_pool catch_up_workers;

  [[nodiscard]] events::Instant now() const { return options.clock->now(); }
  [[nodiscard]] CallSources call_sources() const {
    return {directory(), *options.projector, options.finished_uploads, options.blobs,
            *options.clock};
  }
  // With all that was answered; never older than the views.
  [[nodiscard]] events::Directory directory() const { return options.runtime->directory(); }
  // The views', with which what is told live was made: a moment behind the other at most.
  [[nodiscard]] events::Directory viewed_directory() const {
    return options.projector->directory();
  }
  // The account as the directory has it now; nullopt when there is none or it was deactivated.
  [[nodiscard]] std::optional<events::Viewer> viewer_now(const events::OperatorId& id) const;
};

using EdgePtr = std::shared_ptr<Edge>;

}  // namespace bitacora::http
