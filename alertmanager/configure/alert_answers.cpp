#include "alertmanager/configure/alert_answers.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace seadragon::alerts {
namespace {

using nlohmann::json;

/// Whatever is missing or of another type ends the parsing of the whole.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const json& member(const json& object, const char* name, json::value_t type) {
  if (!object.is_object()) throw Malformed(name);
  const auto found = object.find(name);
  if (found == object.end() || found->type() != type) throw Malformed(name);
  return *found;
}

std::string text_of(const json& object, const char* name) {
  return member(object, name, json::value_t::string).get<std::string>();
}

/// Empty where there is none: labels and annotations come and go.
std::string optional_text_of(const json& object, const char* name) {
  return object.contains(name) ? text_of(object, name) : "";
}

std::chrono::sys_seconds time_of(const json& object, const char* name) {
  const auto time = parse_time(text_of(object, name));
  if (!time) throw Malformed(name);
  return *time;
}

std::vector<std::string> texts_of(const json& object, const char* name) {
  std::vector<std::string> texts;
  for (const json& text : member(object, name, json::value_t::array)) {
    if (!text.is_string()) throw Malformed(name);
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

Alert alert_of(const json& object, const char* since) {
  const json& labels = member(object, "labels", json::value_t::object);
  const json& annotations = member(object, "annotations", json::value_t::object);
  const std::string title = optional_text_of(annotations, "title");
  return {.severity = optional_text_of(labels, "severity"),
          .title = title.empty() ? text_of(labels, "alertname") : title,
          .instance = optional_text_of(labels, "instance"),
          .since = time_of(object, since)};
}

NotifiedAlert notified_alert_of(const json& object) {
  const json& status = member(object, "status", json::value_t::object);
  return {.alert = alert_of(object, "startsAt"),
          .fingerprint = text_of(object, "fingerprint"),
          .silenced_by = texts_of(status, "silencedBy"),
          .inhibited_by = texts_of(status, "inhibitedBy")};
}

Silence silence_of(const json& object) {
  const json& status = member(object, "status", json::value_t::object);
  return {.id = text_of(object, "id"),
          .author = text_of(object, "createdBy"),
          .comment = text_of(object, "comment"),
          .end = time_of(object, "endsAt"),
          .is_active = text_of(status, "state") == "active"};
}

template <class Item>
std::optional<std::vector<Item>> list_of(std::string_view body, Item (*item_of)(const json&)) {
  const json list = json::parse(body, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<Item> items;
  try {
    for (const json& object : list) items.push_back(item_of(object));
  } catch (const Malformed&) {
    return std::nullopt;
  }
  return items;
}

/// So many digits at the beginning, which are taken off.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (error != std::errc() || end != text.data() + digits || number < 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

/// "Z" or "+02:00", and then the end.
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text == "Z") return std::chrono::minutes(0);
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

std::optional<std::vector<NotifiedAlert>> parse_notified_alerts(std::string_view body) {
  return list_of(body, notified_alert_of);
}

std::optional<std::vector<Silence>> parse_silences(std::string_view body) {
  return list_of(body, silence_of);
}

std::optional<std::vector<Alert>> parse_pending_alerts(std::string_view body) {
  const json answer = json::parse(body, nullptr, false);
  std::vector<Alert> pending;
  try {
    if (text_of(answer, "status") != "success") return std::nullopt;
    const json& data = member(answer, "data", json::value_t::object);
    for (const json& object : member(data, "alerts", json::value_t::array)) {
      const Alert alert = alert_of(object, "activeAt");
      if (text_of(object, "state") == "pending") pending.push_back(alert);
    }
  } catch (const Malformed&) {
    return std::nullopt;
  }
  return pending;
}

std::optional<std::chrono::sys_seconds> parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto years = take_number(text, 4);
  if (!years || !take(text, '-')) return std::nullopt;
  const auto months = take_number(text, 2);
  if (!months || !take(text, '-')) return std::nullopt;
  const auto days_of_month = take_number(text, 2);
  if (!days_of_month || !take(text, 'T')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  if (take(text, '.')) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (end == 0) return std::nullopt;
    text.remove_prefix(end);
  }
  const auto offset = offset_of(text);
  const year_month_day date{year(*years), month(static_cast<unsigned>(*months)),
                            day(static_cast<unsigned>(*days_of_month))};
  if (!offset || !date.ok()) return std::nullopt;
  return sys_seconds(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) - *offset;
}

std::optional<double> series_value(std::string_view page, std::string_view series) {
  while (!page.empty()) {
    const auto end = std::min(page.find('\n'), page.size());
    std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (!line.starts_with(series)) continue;
    line.remove_prefix(series.size());
    if (!take(line, ' ')) continue;
    double value = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    // A time may follow.
    const bool is_whole = stop == line.data() + line.size() || *stop == ' ';
    if (error != std::errc() || !is_whole) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

}  // namespace seadragon::alerts
