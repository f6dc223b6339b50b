#include "alertmanager/spool/showq.h"

#include <charconv>
#include <concepts>
#include <system_error>
#include <utility>

namespace seadragon::spool {
namespace {

struct Attribute {
  std::string_view name;  ///< Empty at the end of a list, where there is no value.
  std::string_view value;
};

std::optional<std::string_view> take_text(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

using Attributes = std::vector<Attribute>;

/// Removes the next list from `rest`; nullopt when it has no end.
std::optional<Attributes> take_list(std::string_view& rest) {
  Attributes list;
  for (;;) {
    const auto name = take_text(rest);
    if (!name) return std::nullopt;
    if (name->empty()) return list;
    const auto value = take_text(rest);
    if (!value) return std::nullopt;
    list.push_back({.name = *name, .value = *value});
  }
}

template <std::integral Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

/// The value of the only attribute of that name.
std::optional<std::string_view> find_only(const Attributes& list, std::string_view name) {
  std::optional<std::string_view> found;
  for (const Attribute& attribute : list) {
    if (attribute.name != name) continue;
    if (found) return std::nullopt;
    found = attribute.value;
  }
  return found;
}

/// Each is followed by its reason.
std::optional<std::vector<Recipient>> read_recipients(const Attributes& list) {
  std::vector<Recipient> recipients;
  bool reason_is_next = false;
  for (const Attribute& attribute : list) {
    const bool is_reason = attribute.name == "reason";
    if (!is_reason && attribute.name != "recipient") continue;
    if (is_reason != reason_is_next) return std::nullopt;
    if (is_reason) {
      recipients.back().reason = attribute.value;
    } else {
      recipients.push_back({.address = std::string(attribute.value), .reason = {}});
    }
    reason_is_next = !is_reason;
  }
  if (reason_is_next) return std::nullopt;
  return recipients;
}

std::optional<WaitingMail> read_mail(const Attributes& list) {
  const auto queue = find_only(list, "queue_name");
  const auto id = find_only(list, "queue_id");
  const auto time = find_only(list, "time");
  const auto size = find_only(list, "size");
  const auto sender = find_only(list, "sender");
  if (!queue || !id || !time || !size || !sender) return std::nullopt;
  const auto seconds = parse_number<std::int64_t>(*time);
  const auto bytes = parse_number<std::uint64_t>(*size);
  auto recipients = read_recipients(list);
  if (!seconds || !bytes || !recipients) return std::nullopt;
  return WaitingMail{.queue = std::string(*queue),
                     .id = std::string(*id),
                     .arrived = std::chrono::sys_seconds(std::chrono::seconds(*seconds)),
                     .bytes = *bytes,
                     .sender = std::string(*sender),
                     .recipients = std::move(*recipients)};
}

}  // namespace

std::optional<std::vector<WaitingMail>> parse_showq(std::string_view answer) {
  auto list = take_list(answer);
  if (list && !list->empty() && list->front().name == "protocol") {
    if (list->front().value != "mail_queue_list_protocol") return std::nullopt;
    list = take_list(answer);
  }
  std::vector<WaitingMail> mails;
  for (; list && !list->empty(); list = take_list(answer)) {
    auto mail = read_mail(*list);
    if (!mail) return std::nullopt;
    mails.push_back(std::move(*mail));
  }
  if (!list || !answer.empty()) return std::nullopt;
  return mails;
}

}  // namespace seadragon::spool
