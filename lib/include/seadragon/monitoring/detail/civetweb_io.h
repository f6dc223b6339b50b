/// Writes answers of a CivetWeb server with our header lines in them. Not part of the API.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_exchange.h"
#include "seadragon/monitoring/detail/civetweb_handlers.h"
#include "seadragon/monitoring/detail/process_time.h"

namespace seadragon::monitoring::civetweb::detail {

/// The header lines that an answer gets from us, but for those that the handler has written.
class OwnLines {
 public:
  explicit OwnLines(Current& now, int status) noexcept : time_(now.respond(status)) {
    const std::string_view id = now.exchange->request_id();
    if (!now.answer.head.has_request_id) id_ = id;
    has_time_ = !now.answer.head.has_process_time;
  }

  std::string_view id() const noexcept { return id_; }  ///< Empty: not to be written.
  std::string_view time() const noexcept {
    return has_time_ ? std::string_view(time_) : std::string_view();
  }

 private:
  std::string_view id_;
  monitoring::detail::ProcessTime time_;
  bool has_time_ = false;
};

/// Gathers what is written at once, so that a head costs no more packets than without us.
class Output {
 public:
  Output(Current& now, mg_connection* connection) noexcept : now_(now), connection_(connection) {}

  void add(std::string_view bytes) noexcept {
    if (bytes.size() > buffer_.size() - used_) flush();
    if (bytes.size() > buffer_.size()) {
      write(bytes);
    } else {
      std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
      used_ += bytes.size();
    }
  }
  void add_line(std::string_view name, std::string_view value, std::string_view line_end) noexcept {
    if (value.empty()) return;
    for (const std::string_view part : {name, std::string_view(": "), value, line_end}) {
      add(part);
      own_ += part.size();
    }
  }
  /// The last of them: not copied where nothing has to go along with it.
  void finish(std::string_view bytes) noexcept {
    const bool goes_along = used_ > 0;
    if (goes_along) add(bytes);
    flush();
    if (!goes_along) write(bytes);
  }

  /// What mg_write returns for `count` bytes of the caller's: ours are none of his.
  int result(std::size_t count) const noexcept {
    if (!has_failed_) return static_cast<int>(count);
    if (sent_ == 0) return failure_;
    return static_cast<int>(std::min(count, sent_ > own_ ? sent_ - own_ : 0));
  }
  bool has_failed() const noexcept { return has_failed_; }

 private:
  void flush() noexcept { write({buffer_.data(), std::exchange(used_, 0)}); }

  void write(std::string_view bytes) noexcept {
    if (bytes.empty() || has_failed_) return;
    const int written = mg_write(connection_, bytes.data(), bytes.size());
    const std::size_t count = written > 0 ? static_cast<std::size_t>(written) : 0;
    sent_ += count;
    now_.answer.written += count;
    if (count == bytes.size()) return;
    has_failed_ = true;
    failure_ = std::min(written, 0);
    now_.answer.is_lost = true;
  }

  Current& now_;
  mg_connection* connection_;
  std::array<char, 4096> buffer_;
  std::size_t used_ = 0;
  std::size_t sent_ = 0;
  std::size_t own_ = 0;
  int failure_ = 0;
  bool has_failed_ = false;
};

/// Writes the part of `bytes` that belongs to the head, which gets our lines at its end: there it
/// is known what the handler has written itself. Returns the rest.
inline std::string_view write_head(Current& now, std::string_view bytes, Output& output) noexcept {
  Answer& answer = now.answer;
  while (answer.part == Answer::Part::head && !bytes.empty()) {
    if (!answer.head.is_http()) {
      answer.part = Answer::Part::foreign;
      break;
    }
    const bool was_held = std::exchange(answer.is_held, false);
    const std::size_t count = answer.head.read(bytes);
    std::string_view lines = bytes.substr(0, count);
    bytes.remove_prefix(count);
    if (!answer.head.is_whole()) {
      // A CR at the beginning of a line waits for the next byte: with LF it is the blank line.
      answer.is_held = answer.head.awaits_line_feed();
      if (was_held && !(answer.is_held && lines.empty())) output.add("\r");
      if (answer.is_held) lines.remove_suffix(1);
      output.add(lines);
      continue;
    }
    const std::string_view blank = answer.head.line_end();
    lines.remove_suffix(std::min(lines.size(), blank.size()));
    output.add(lines);
    if (answer.head.is_informational()) {
      output.add(blank);
      answer.head = AnswerHead();
      continue;
    }
    const OwnLines own(now, answer.head.status);
    output.add_line("X-Request-ID", own.id(), blank);
    output.add_line("X-Process-Time", own.time(), blank);
    output.add(blank);
    answer.part = answer.head.status == 101 ? Answer::Part::foreign : Answer::Part::body;
  }
  return bytes;
}

inline int write(Current& now, mg_connection* connection, std::string_view bytes) noexcept {
  Output output(now, connection);
  const std::string_view body = write_head(now, bytes, output);
  output.finish(body);
  const std::uint64_t content = output.has_failed() ? 0 : now.answer.read_body(body);
  if (content > 0) now.exchange->sent(content);
  return output.result(bytes.size());
}

}  // namespace seadragon::monitoring::civetweb::detail
