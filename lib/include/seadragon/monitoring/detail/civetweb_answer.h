/// Reads an answer as a handler writes it, in whatever pieces: its status, the end of its head, and
/// how much of its body went out. Knows HTTP/1.1 (RFC 9112) and nothing of CivetWeb. Not part of
/// the API.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace seadragon::monitoring::civetweb::detail {

inline char lower(char c) noexcept {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

inline bool contains_ignoring_case(std::string_view text, std::string_view word) noexcept {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

/// The number that all of `text` is, but for space around it; -1 if it is none.
inline std::int64_t whole_number(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::int64_t number = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? number : -1;
}

/// The head of an answer, read line by line. Of each line its beginning is kept, which is enough
/// for the few that matter.
class AnswerHead {
 public:
  /// Reads on, up to and with the blank line, and no further than a first line that is none of
  /// HTTP. Returns how many bytes it took.
  std::size_t read(std::string_view bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] != '\n') {
        if (kept_ < line_.size()) line_[kept_++] = bytes[i];
        continue;
      }
      std::string_view line(line_.data(), kept_);
      ends_with_cr_ = !line.empty() && line.back() == '\r';
      if (ends_with_cr_) line.remove_suffix(1);
      kept_ = 0;
      if (is_first_line_) {
        read_status(line);
      } else if (line.empty()) {
        is_whole_ = true;
      } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        header(line.substr(0, colon), line.substr(colon + 1));
      }
      is_first_line_ = false;
      if (is_whole_ || !is_http()) return i + 1;
    }
    return bytes.size();
  }

  /// A header that was given by name.
  void header(std::string_view name, std::string_view value) noexcept {
    if (equals_ignoring_case(name, "Content-Length")) content_length = whole_number(value);
    if (equals_ignoring_case(name, "Transfer-Encoding")) {
      is_chunked = contains_ignoring_case(value, "chunked");
    }
    if (equals_ignoring_case(name, "X-Request-ID")) has_request_id = true;
    if (equals_ignoring_case(name, "X-Process-Time")) has_process_time = true;
  }

  bool is_untouched() const noexcept { return is_first_line_ && kept_ == 0; }
  bool is_http() const noexcept { return is_first_line_ || status != 0; }
  bool is_whole() const noexcept { return is_whole_; }

  /// 100 Continue and its kin: the head that counts is still to come.
  bool is_informational() const noexcept { return status >= 100 && status < 200 && status != 101; }

  /// The line begins with CR and has nothing else yet: it may become the blank line.
  bool awaits_line_feed() const noexcept {
    return kept_ == 1 && line_[0] == '\r' && !is_first_line_;
  }
  /// How the blank line was written.
  std::string_view line_end() const noexcept { return ends_with_cr_ ? "\r\n" : "\n"; }

  int status = 0;
  std::int64_t content_length = -1;  ///< -1: not told.
  bool is_chunked = false;
  bool has_request_id = false;
  bool has_process_time = false;

 private:
  void read_status(std::string_view line) noexcept {  // HTTP/1.1 200 OK
    const bool is_status_line = line.size() >= 12 && line.substr(0, 7) == "HTTP/1." &&
                                line[8] == ' ' && (line.size() == 12 || line[12] == ' ');
    const std::int64_t code = is_status_line ? whole_number(line.substr(9, 3)) : 0;
    status = code >= 100 && code <= 999 ? static_cast<int>(code) : 0;
  }

  std::array<char, 96> line_;  // only the first kept_ are ever read
  std::size_t kept_ = 0;
  bool is_first_line_ = true;
  bool is_whole_ = false;
  bool ends_with_cr_ = false;
};

/// The chunked coding, RFC 9112 section 7.1, as far as it separates content from framing.
class Chunks {
 public:
  /// Returns how many of the bytes are content.
  std::uint64_t read(std::string_view bytes) noexcept {
    std::uint64_t content = 0;
    while (!bytes.empty()) {
      if (part_ == Part::content) {
        const std::size_t count =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        content += count;
        left_ -= count;
        bytes.remove_prefix(count);
        if (left_ == 0) part_ = Part::content_end;
      } else {
        frame(bytes.front());
        bytes.remove_prefix(1);
      }
    }
    return content;
  }

  void end() noexcept { part_ = Part::end; }
  bool is_at_end() const noexcept { return part_ == Part::end; }

 private:
  enum class Part { size, extension, content, content_end, trailer, end };

  void frame(char c) noexcept {
    switch (part_) {
      case Part::size:
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
          left_ = left_ * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : lower(c) - 'a' + 10);
          break;
        }
        part_ = Part::extension;
        [[fallthrough]];
      case Part::extension:
        if (c == '\n') part_ = left_ > 0 ? Part::content : Part::trailer;
        break;
      case Part::content_end:
        if (c == '\n') part_ = Part::size;
        break;
      case Part::trailer:
        if (c == '\n' && is_line_empty_) part_ = Part::end;
        is_line_empty_ = c == '\n' || (c == '\r' && is_line_empty_);
        break;
      case Part::content:
      case Part::end:
        break;
    }
  }

  Part part_ = Part::size;
  std::uint64_t left_ = 0;
  bool is_line_empty_ = true;
};

/// What is known of an answer.
struct Answer {
  enum class Part {
    head,
    body,
    foreign
  };  ///< foreign: no HTTP, or a protocol that was upgraded to

  AnswerHead head;
  Chunks chunks;
  Part part = Part::head;
  std::uint64_t content = 0;       ///< Bytes of the body.
  std::uint64_t written = 0;       ///< All bytes seen on their way, head and framing included.
  bool is_head_by_server = false;  ///< CivetWeb wrote the head: its length is not in `written`.
  bool is_body_by_server = false;  ///< CivetWeb wrote (some of) the body as well.
  bool is_held = false;            ///< A CR was kept back: the blank line may follow.
  bool is_lost = false;            ///< A write failed: the client has left.

  bool is_seen() const noexcept { return part != Part::head || !head.is_untouched(); }

  /// Of `bytes` that went out behind the head, those that are content.
  std::uint64_t read_body(std::string_view bytes) noexcept {
    const bool framed = part == Part::body && head.is_chunked;
    const std::uint64_t count = framed ? chunks.read(bytes) : bytes.size();
    content += count;
    return count;
  }

  /// False where bytes are missing that the head has promised.
  bool is_complete(bool has_body) const noexcept {
    if (part == Part::foreign || is_body_by_server) return true;
    if (part == Part::head) return false;
    if (!has_body || head.status == 204 || head.status == 304) return true;
    if (head.is_chunked) return chunks.is_at_end();
    return head.content_length < 0 || content >= static_cast<std::uint64_t>(head.content_length);
  }
};

}  // namespace seadragon::monitoring::civetweb::detail
