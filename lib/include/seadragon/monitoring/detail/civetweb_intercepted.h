/// What stands for CivetWeb's functions in files that define SEADRAGON_CIVETWEB_INTERCEPT: each
/// does what the original does and returns what it returns, and tells the exchange of the request.
/// Outside of a monitored request, and in other threads than that of its handler, each is the
/// original. Not part of the API.
#pragma once

#include <algorithm>
#include <array>
#include <climits>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_exchange.h"
#include "seadragon/monitoring/detail/civetweb_io.h"

namespace seadragon::monitoring::civetweb::detail {

/// The request on this connection, with nothing of its answer kept back.
inline Current* flushed(mg_connection* connection) noexcept {
  Current* now = current_of(connection);
  if (now != nullptr) write_held(*now, connection);
  return now;
}

/// CivetWeb wrote the head.
inline void head_by_server(Current& now) noexcept {
  now.answer.is_head_by_server = true;
  now.answer.part = Answer::Part::body;
}

/// CivetWeb writes the body, now.
inline void body_by_server(Current& now) noexcept {
  now.answer.is_body_by_server = true;
  now.exchange->sent(0);
}

/// Puts our lines into a head that was begun with mg_response_header_start.
inline void add_own_lines(Current& now, mg_connection* connection, int status) noexcept {
  const OwnLines own(now, status);
  for (const auto& [name, value] :
       {std::pair("X-Request-ID", own.id()), std::pair("X-Process-Time", own.time())}) {
    if (value.empty()) continue;
    mg_response_header_add(connection, name, value.data(), static_cast<int>(value.size()));
  }
}

/// CivetWeb's mg_send_http_ok does not mind a head that was begun before, and adds its lines to it.
/// Known of these versions; others get no lines of ours.
inline constexpr bool takes_begun_head =
    CIVETWEB_VERSION_MAJOR == 1 && CIVETWEB_VERSION_MINOR >= 15 && CIVETWEB_VERSION_MINOR <= 17;

/// printf into a buffer on the stack, or on the heap where that is too small.
class Formatted {
 public:
  Formatted(const char* format, std::va_list arguments) noexcept {
    std::va_list again;
    va_copy(again, arguments);
    size_ = std::vsnprintf(buffer_.data(), buffer_.size(), format, arguments);
    if (size_ >= static_cast<int>(buffer_.size())) {
      long_.reset(new (std::nothrow) char[static_cast<std::size_t>(size_) + 1]);
      size_ = long_
                  ? std::vsnprintf(long_.get(), static_cast<std::size_t>(size_) + 1, format, again)
                  : -1;
    }
    va_end(again);
  }

  int size() const noexcept { return size_; }  ///< Negative: the format is wrong, or no memory.
  const char* text() const noexcept { return long_ ? long_.get() : buffer_.data(); }

 private:
  std::array<char, 4096> buffer_;
  std::unique_ptr<char[]> long_;
  int size_ = 0;
};

}  // namespace seadragon::monitoring::civetweb::detail

namespace seadragon::monitoring::civetweb::intercepted {

using detail::Current;

inline int read(mg_connection* connection, void* bytes, std::size_t count) {
  const int result = ::mg_read(connection, bytes, count);
  Current* now = detail::current_of(connection);
  if (now != nullptr && result > 0) now->exchange->received(static_cast<std::uint64_t>(result));
  return result;
}

inline long long store_body(mg_connection* connection, const char* path) {
  const long long result = ::mg_store_body(connection, path);
  Current* now = detail::current_of(connection);
  if (now != nullptr && result > 0) now->exchange->received(static_cast<std::uint64_t>(result));
  return result;
}

inline int write(mg_connection* connection, const void* bytes, std::size_t count) {
  Current* now = detail::current_of(connection);
  if (now == nullptr || bytes == nullptr || count > INT_MAX) {
    return ::mg_write(connection, bytes, count);
  }
  return detail::write(*now, connection, {static_cast<const char*>(bytes), count});
}

inline int printf(mg_connection* connection, const char* format, ...) PRINTF_ARGS(2, 3);
inline int printf(mg_connection* connection, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  const detail::Formatted formatted(format, arguments);
  va_end(arguments);
  return formatted.size() <= 0
             ? formatted.size()
             : write(connection, formatted.text(), static_cast<std::size_t>(formatted.size()));
}

inline int send_chunk(mg_connection* connection, const char* chunk, unsigned int size) {
  Current* now = detail::flushed(connection);
  const int result = ::mg_send_chunk(connection, chunk, size);
  if (now == nullptr) return result;
  if (result <= 0) {
    now->answer.is_lost = true;
    return result;
  }
  now->answer.written += static_cast<std::uint64_t>(result);
  now->answer.content += size;
  if (size > 0) {
    now->exchange->sent(size);
  } else {
    now->answer.chunks.end();
  }
  return result;
}

inline int response_header_start(mg_connection* connection, int status) {
  Current* now = detail::flushed(connection);
  const int result = ::mg_response_header_start(connection, status);
  if (now != nullptr && result == 0) {
    now->answer.head = detail::AnswerHead();
    now->answer.head.status = status;
  }
  return result;
}

inline int response_header_add(mg_connection* connection, const char* name, const char* value,
                               int length) {
  const int result = ::mg_response_header_add(connection, name, value, length);
  Current* now = detail::current_of(connection);
  if (now != nullptr && result == 0) {
    now->answer.head.header(
        name, length < 0 ? std::string_view(value) : std::string_view(value, std::size_t(length)));
  }
  return result;
}

inline int response_header_add_lines(mg_connection* connection, const char* lines) {
  const int result = ::mg_response_header_add_lines(connection, lines);
  Current* now = detail::current_of(connection);
  if (now == nullptr || result < 0) return result;
  for (std::string_view rest(lines); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view value = line.substr(colon + 1);
    now->answer.head.header(line.substr(0, colon), value.substr(0, value.find('\r')));
  }
  return result;
}

inline int response_header_send(mg_connection* connection) {
  Current* now = detail::current_of(connection);
  if (now != nullptr && now->answer.head.status != 0 && !now->answer.is_head_by_server) {
    detail::add_own_lines(*now, connection, now->answer.head.status);
  }
  const int result = ::mg_response_header_send(connection);
  if (now != nullptr && result == 0) detail::head_by_server(*now);
  return result;
}

inline int send_http_ok(mg_connection* connection, const char* type, long long length) {
  Current* now = detail::flushed(connection);
  if (now != nullptr && !now->answer.is_seen()) {
    if (detail::takes_begun_head && ::mg_response_header_start(connection, 200) == 0) {
      detail::add_own_lines(*now, connection, 200);
    } else {
      now->respond(200);
    }
    now->answer.head.status = 200;
    now->answer.head.content_length = length;
    now->answer.head.is_chunked = length < 0;
    detail::head_by_server(*now);
  }
  return ::mg_send_http_ok(connection, type, length);
}

inline int send_http_redirect(mg_connection* connection, const char* target, int status) {
  Current* now = detail::flushed(connection);
  const int result = ::mg_send_http_redirect(connection, target, status);
  if (now != nullptr && !now->answer.is_seen() && result != -2) {  // -2: no such redirection
    now->answer.head.status = status == 0 ? 307 : status;
    now->respond(now->answer.head.status);
    now->answer.is_lost = result < 0;
    detail::head_by_server(*now);
  }
  return result;
}

inline int send_http_error(mg_connection* connection, int status, const char* format, ...)
    PRINTF_ARGS(3, 4);
inline int send_http_error(mg_connection* connection, int status, const char* format, ...) {
  Current* now = detail::flushed(connection);
  if (now != nullptr && !now->answer.is_seen() && detail::is_status(status)) {
    now->respond(status);  // unless the page that http_error writes has another one
    now->exchange->sent(0);
  }
  std::va_list arguments;
  va_start(arguments, format);
  const detail::Formatted formatted(format, arguments);
  va_end(arguments);
  return ::mg_send_http_error(connection, status, "%s",
                              formatted.size() < 0 ? "" : formatted.text());
}

inline void send_mime_file2(mg_connection* connection, const char* path, const char* type,
                            const char* additional_headers) {
  Current* now = detail::flushed(connection);
  if (now == nullptr || now->answer.is_seen()) {
    ::mg_send_mime_file2(connection, path, type, additional_headers);
    return;
  }
  const std::string_view given = detail::text_or_empty(additional_headers);
  now->answer.head.has_request_id = detail::contains_ignoring_case(given, "X-Request-ID:");
  now->answer.head.has_process_time = detail::contains_ignoring_case(given, "X-Process-Time:");
  // Which status it gets, CivetWeb alone knows where it depends on the request.
  bool is_conditional = false;
  for (const char* name : {"Range", "If-None-Match", "If-Modified-Since"}) {
    is_conditional = is_conditional || mg_get_header(connection, name) != nullptr;
  }
  const detail::OwnLines own(*now, 0);
  now->is_responded = false;
  std::array<char, 1024> headers;
  const auto line = [&headers](int at, const char* name, std::string_view value) {
    if (value.empty()) return at;
    return at + std::snprintf(headers.data() + at, headers.size() - static_cast<std::size_t>(at),
                              "%s: %.*s\r\n", name, static_cast<int>(value.size()), value.data());
  };
  const auto size = static_cast<std::size_t>(
      line(line(0, "X-Request-ID", own.id()), "X-Process-Time", own.time()));
  const bool fits = given.size() < headers.size() - size;
  if (fits) *std::copy(given.begin(), given.end(), headers.begin() + size) = '\0';
  detail::body_by_server(*now);
  ::mg_send_mime_file2(connection, path, type, fits ? headers.data() : additional_headers);
  if (now->status == 0 && !is_conditional) now->status = 200;  // or http_error has told another
}

inline void send_mime_file(mg_connection* connection, const char* path, const char* type) {
  send_mime_file2(connection, path, type, nullptr);
}

inline void send_file(mg_connection* connection, const char* path) {
  send_mime_file2(connection, path, nullptr, nullptr);
}

inline int send_file_body(mg_connection* connection, const char* path) {
  Current* now = detail::flushed(connection);
  if (now != nullptr) detail::body_by_server(*now);
  return ::mg_send_file_body(connection, path);
}

}  // namespace seadragon::monitoring::civetweb::intercepted
