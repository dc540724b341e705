#include "http/app.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "http/assets.h"
#include "http/authentication.h"
#include "http/cors.h"
#include "http/handling.h"
#include "http/live_session.h"
#include "http/problem.h"
#include "http/upload_receiving.h"
#include "http/webchat_session.h"

namespace bitacora::http {

namespace {

void add_sockets(Server& server, const EdgePtr& edge) {
  server.add_socket_route(
      {"/api/v1/ws", Access::OperatorSession,
       [edge](const Request& request) -> events::Result<std::shared_ptr<SocketSession>> {
         return std::shared_ptr<SocketSession>(std::make_shared<LiveSession>(
             edge, viewer_of(request), std::string(session_token_of(request))));
       }});
  server.add_socket_route(
      {std::string(visitor_socket_path), Access::Visitor,
       [edge](const Request& request) -> events::Result<std::shared_ptr<SocketSession>> {
         auto site = other_site(*edge, request);
         if (site && !is_allowed_site(*edge, request)) {
           return events::error(events::ErrorCode::BadOrigin, "No department lists this site.");
         }
         return std::shared_ptr<SocketSession>(
             std::make_shared<WebchatSession>(edge, contact_of(request), std::move(site)));
       }});
}

}  // namespace

struct App::Impl {
  explicit Impl(EdgePtr its_edge) : edge(std::move(its_edge)) {}
  EdgePtr edge;
};

App::App(Server& server, AppOptions options)
    : impl_(std::make_shared<Impl>(std::make_shared<Edge>(server, std::move(options)))) {
  const EdgePtr& edge = impl_->edge;
  server.set_authenticator([edge](Request& request) { return authenticate(*edge, request); });
  server.set_gate(cors_gate(edge));
  Router& router = server.router();
  add_sign_in(router, edge);
  add_conversations(router, edge);
  add_conversation_calls(router, edge);
  add_quick_replies(router, edge);
  add_attachment_rules(router, edge);
  add_uploads(router, edge);
  add_attachments(router, edge);
  add_departments(router, edge);
  add_accounts(router, edge);
  add_webchat(router, edge);
  add_chat_page(router, edge);
  add_operations(router, edge);
  add_documents(router, edge);
  add_problem_pages(router);
  // Last, because the first route that matches serves: /chat is answered above.
  add_asset_routes(router);
  add_sockets(server, edge);
  sweep_uploads(server, edge);
}

namespace {

// The log knows these files now: the uploads need not be kept.
void forget_uploads(Edge& edge, const projections::Announcement& announcement) {
  FinishedUploads* const uploads = edge.options.finished_uploads;
  if (uploads == nullptr) return;
  std::vector<events::AttachmentId> taken;
  for (const projections::ConversationChange& change : announcement.changes) {
    for (const projections::Message& message : change.messages) {
      const bool is_new = message.position > announcement.from;
      if (is_new && message.attachment) taken.push_back(message.attachment->file.id);
    }
  }
  if (taken.empty()) return;
  boost::asio::post(edge.catch_up_workers, [uploads, taken = std::move(taken)] {
    for (const events::AttachmentId& id : taken) uploads->taken(id);
  });
}

}  // namespace

App::~App() {
  // What works here uses the views, the uploads and the server's executor, which may go once the
  // app has gone.
  Edge& edge = *impl_->edge;
  if (edge.options.uploads != nullptr) edge.options.uploads->stop_sweeping();
  edge.workers.join();
  edge.upload_workers.join();
  edge.file_workers.join();
  edge.catch_up_workers.join();
}

void App::announce(projections::AnnouncementPtr announcement) {
  impl_->edge->hub.publish(*announcement);
  forget_uploads(*impl_->edge, *announcement);
}

}  // namespace bitacora::http
