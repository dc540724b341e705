#include "http/problem.h"

#include <array>
#include <boost/json.hpp>

namespace bitacora::http {

namespace {

using beast_http::status;
using events::ErrorCode;

constexpr std::array<Problem, events::error_code_count> table{{
    {ErrorCode::BadRequest, status::bad_request, "The request cannot be understood",
     "The request breaks the rules of HTTP or of this address: a header, the target or a query "
     "parameter is not of its form. The detail says which. Sent again as it is, it fails again."},
    {ErrorCode::MalformedJson, status::bad_request, "The body is not JSON",
     "The body is cut off, is not JSON in UTF-8, or nests deeper than requests may. Nothing was "
     "done."},
    {ErrorCode::UnknownMember, status::bad_request, "The body has an unknown member",
     "The body has a member that this call does not know, most often a typing error. It is refused "
     "rather than ignored, so that nothing that was meant is lost. The detail names the member."},
    {ErrorCode::Invalid, status::unprocessable_entity, "A value is out of bounds",
     "The request was understood, but a value is missing, of the wrong type or out of its bounds. "
     "The detail names it. Nothing was done."},
    {ErrorCode::CaptionTooLong, status::unprocessable_entity, "The caption is too long",
     "The name, title or text that goes with a file has at most 160 characters (Unicode code "
     "points). Nothing was sent."},
    {ErrorCode::BadIdempotencyKey, status::bad_request, "The Idempotency-Key is not of its form",
     "An Idempotency-Key is 1 to 64 visible ASCII characters. A UUID is a good one."},
    {ErrorCode::IdempotencyKeyReused, status::unprocessable_entity,
     "The Idempotency-Key was used for something else",
     "A key stands for one request: the same key with the same request gives the first answer "
     "again, with another request it is refused. Choose a new key for a new request."},
    {ErrorCode::PayloadTooLarge, status::payload_too_large, "The request is too large",
     "The body is larger than this address takes. The detail says how much it takes."},
    {ErrorCode::HeadersTooLarge, status::request_header_fields_too_large,
     "The headers are too large",
     "The request line and headers together are larger than the server reads. Too many or too "
     "large cookies are the usual reason."},
    {ErrorCode::UnsupportedMediaType, status::unsupported_media_type,
     "The body is of another media type",
     "Bodies are application/json in UTF-8, and have to say so in Content-Type."},
    {ErrorCode::NotAccepted, status::unsupported_media_type, "The file is not of an accepted kind",
     "The content of the file decides, not its name, and it is not of an accepted kind. The detail "
     "says what was found."},
    {ErrorCode::NoSuchAttachment, status::unprocessable_entity, "There is no such file",
     "The attachment_id names no finished upload of whoever sends it: it is unknown, not all of it "
     "has arrived, it is somebody else's, or it has expired. Nothing was sent; upload the file "
     "again."},
    {ErrorCode::NoSuchQuickReply, status::unprocessable_entity, "There is no such quick reply",
     "The quick reply was removed, or is not for this operator. Nothing was sent; load the list of "
     "quick replies again."},
    {ErrorCode::RangeNotSatisfiable, status::range_not_satisfiable, "The file has no such bytes",
     "The header Range asks for bytes past the end of the file. Content-Range says how long it "
     "is."},
    {ErrorCode::TusVersion, status::precondition_failed,
     "The upload protocol is of another version",
     "Uploads speak tus 1.0.0, and every request of it says so in the header Tus-Resumable."},
    {ErrorCode::RequestTimeout, status::request_timeout, "The request did not arrive in time",
     "The connection was open, but the whole request did not arrive in time. Nothing was done; it "
     "can be sent again."},
    {ErrorCode::BadCredentials, status::unauthorized, "The user or the password is wrong",
     "Nobody could be signed in with this user and password. Which of the two is wrong is not "
     "told."},
    {ErrorCode::Unauthenticated, status::unauthorized, "Not signed in",
     "This address needs a session that is alive: a bearer token or the cookie of a sign-in, or a "
     "visitor's token. Sign in again."},
    {ErrorCode::TooManyAttempts, status::too_many_requests, "Too many attempts",
     "There were more wrong passwords, messages, registrations or unsent uploads of this account, "
     "contact or address than the server takes. The detail says which. Try again after the seconds "
     "that Retry-After names."},
    {ErrorCode::BadOrigin, status::forbidden, "The request comes from a foreign page",
     "A browser sent its cookie along with a request that a page of another site made. Cookies "
     "count for changes and live connections only from the server's own pages."},
    {ErrorCode::Forbidden, status::forbidden, "Not allowed",
     "The account may not do this. Who may is for the administrator to say."},
    {ErrorCode::NotFound, status::not_found, "Not found",
     "There is nothing here, or nothing that this account may see."},
    {ErrorCode::Gone, status::gone, "It is no longer there",
     "An upload that was not finished, or that no message took, is let go after a day. Upload the "
     "file again."},
    {ErrorCode::MethodNotAllowed, status::method_not_allowed, "The method is not allowed here",
     "The address exists, but not with this method. The header Allow names those it has."},
    {ErrorCode::AlreadyClaimed, status::conflict, "Somebody else attends the conversation",
     "Another operator owns the conversation; the member owner says who. Nothing was sent, and "
     "what was written is not lost: it can still be copied or sent once the conversation is free."},
    {ErrorCode::ConversationClosed, status::conflict, "The conversation is closed",
     "Nothing can be written to a closed conversation. Reopen it first."},
    {ErrorCode::AttachmentUsed, status::conflict, "The file was sent already",
     "A file belongs to the one message or quick reply that it was first sent with. Nothing was "
     "sent; upload the file again to send it again."},
    {ErrorCode::NoThumbnail, status::not_found, "There is no thumbnail",
     "The file has no thumbnail; the member reason says why: pending, it has not been made yet; "
     "failed, the file could not be read; not-a-picture, it is of a kind that has none."},
    {ErrorCode::NoRendition, status::not_found, "There is no rendition",
     "The file has no rendition to play; the member reason says why: pending, it has not been made "
     "yet; failed, the file could not be read; not-audio, it is of a kind that has none."},
    {ErrorCode::AlreadyExists, status::conflict, "It exists already",
     "Something else has this name already. Choose another one."},
    {ErrorCode::VersionConflict, status::conflict, "Something else happened first",
     "The state changed between reading and writing. Load it again and decide anew."},
    {ErrorCode::OffsetMismatch, status::conflict, "The upload goes on elsewhere",
     "The header Upload-Offset is not where the upload stands. Ask with HEAD where that is, and go "
     "on from there; nothing that was stored is lost."},
    {ErrorCode::UploadLocked, status::locked, "Another request writes to the upload",
     "One request at a time writes to an upload. Ask with HEAD, which ends one that is left from a "
     "broken connection, and go on from there."},
    {ErrorCode::Lagging, status::service_unavailable, "The view has not caught up yet",
     "What is to be shown, or the position asked for with at_least, is written, but the view has "
     "not "
     "reached it in time. Try again in a moment."},
    {ErrorCode::Overloaded, status::service_unavailable, "The server is busy",
     "The server has as much under way as it takes on. Nothing was done; try again after the "
     "seconds that Retry-After names, with the same Idempotency-Key."},
    {ErrorCode::StorageFull, status::insufficient_storage, "The disk is nearly full",
     "The server keeps what it has and still answers reading calls, but writes nothing more until "
     "there is space again. Nothing was done."},
    {ErrorCode::Unavailable, status::service_unavailable, "The outcome is not known",
     "The server could not finish in time, and it is not known whether the change happened. Send "
     "it again with the same Idempotency-Key: it happens once."},
    {ErrorCode::Corrupt, status::internal_server_error, "Stored data is damaged",
     "Something stored cannot be read as what it should be. The operators of the server have to "
     "look at its log."},
    {ErrorCode::Internal, status::internal_server_error, "A defect of the server",
     "Something went wrong that should not. The server's log has the details under the "
     "request_id."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].code) != i || table[i].title.empty() ||
        table[i].explanation.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "every ErrorCode has its row, in the order of the enum");

const Problem* problem_named(std::string_view name) {
  for (const Problem& row : table) {
    if (events::error_name(row.code) == name) {
      return &row;
    }
  }
  return nullptr;
}

// The texts are ours and free of markup, so they need no escaping.
std::string page(std::string_view title, std::string_view content) {
  std::string html =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>";
  html += title;
  html +=
      "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;"
      "padding:0 1rem;color-scheme:light dark}code{opacity:.7}</style></head><body>";
  html += content;
  html += "</body></html>";
  return html;
}

std::string status_text(const Problem& row) {
  return std::to_string(static_cast<unsigned>(row.status)) + " " +
         std::string(beast_http::obsolete_reason(row.status));
}

Response html_response(std::string html) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  // They have their style in them, and nothing else to load.
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; "
                                "frame-ancestors 'none'");
  response.body = std::move(html);
  return response;
}

asio::awaitable<events::Result<Response>> problem_page(Request& request) {
  const Problem* row = problem_named(request.path_parameters.at(0));
  if (row == nullptr) {
    co_return events::error(ErrorCode::NotFound, "There is no problem of this name.");
  }
  std::string content = "<h1>" + std::string(row->title) + "</h1><p><code>" +
                        std::string(events::error_name(row->code)) + "</code> · " +
                        status_text(*row) + "</p><p>" + std::string(row->explanation) +
                        "</p><p><a href=\"/problems\">All problems</a></p>";
  co_return html_response(page(row->title, content));
}

asio::awaitable<events::Result<Response>> problem_list(Request&) {
  std::string content = "<h1>Problems</h1><ul>";
  for (const Problem& row : table) {
    content += "<li><a href=\"" + problem_type(row.code) + "\">" + std::string(row.title) +
               "</a> <code>" + status_text(row) + "</code></li>";
  }
  co_return html_response(page("Problems", content + "</ul>"));
}

}  // namespace

std::span<const Problem> problems() { return table; }

const Problem& problem_of(events::ErrorCode code) {
  return table.at(static_cast<std::size_t>(code));
}

std::string problem_type(events::ErrorCode code) {
  return "/problems/" + std::string(events::error_name(code));
}

boost::json::object problem_object(const events::Error& error, std::string_view request_id) {
  const Problem& row = problem_of(error.code);
  boost::json::object object;
  object["type"] = problem_type(error.code);
  object["title"] = row.title;
  object["status"] = static_cast<unsigned>(row.status);
  object["detail"] = error.detail;
  if (!request_id.empty()) {
    object["request_id"] = request_id;
  }
  if (error.owner) {
    object["owner"] = {{"id", error.owner->id.to_string()}, {"name", error.owner->name}};
  }
  if (!error.found.empty()) object["found"] = error.found;
  if (!error.reason.empty()) object["reason"] = error.reason;
  if (error.size_bytes_max) object["size_bytes_max"] = *error.size_bytes_max;
  return object;
}

Response problem(const events::Error& error, std::string_view request_id) {
  Response response;
  response.status = problem_of(error.code).status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(problem_object(error, request_id));
  if (error.retry_after_s) {
    response.headers.emplace_back("Retry-After", std::to_string(*error.retry_after_s));
  }
  if (response.status == status::unauthorized) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

void add_problem_pages(Router& router) {
  router.add({beast_http::verb::get, "/problems", Access::Anyone, problem_list});
  router.add({beast_http::verb::get, "/problems/{name}", Access::Anyone, problem_page});
}

}  // namespace bitacora::http
