// Beast's parser of requests, but for the fields behind a chunked body: nobody here wants them, and
// Beast would add them to the head's, after all that the head was checked for, and throw when one
// is longer than 65,533 bytes.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <utility>

#include "http/message.h"

namespace bitacora::http {

template <class Body>
class RequestParser final : public beast_http::request_parser<Body> {
 public:
  RequestParser() = default;
  // Goes on with the body of which that one has read the head.
  template <class HeadsBody>
  explicit RequestParser(RequestParser<HeadsBody>&& head)
      : beast_http::request_parser<Body>(
            static_cast<beast_http::request_parser<HeadsBody>&&>(head)) {}

 private:
  void on_field_impl(beast_http::field name, boost::beast::string_view name_as_sent,
                     boost::beast::string_view value, boost::beast::error_code&) override {
    if (!this->is_header_done()) this->get().insert(name, name_as_sent, value);
  }
};

}  // namespace bitacora::http
