#include "examples/traffic/event_stream.h"

#include <nlohmann/json.hpp>

namespace traffic {

using nlohmann::json;

void EventStream::read(std::string_view bytes) {
  unread_ += bytes;
  std::size_t end = 0;
  std::size_t begin = 0;
  while ((end = unread_.find("\n\n", begin)) != std::string::npos) {
    read_event(std::string_view(unread_).substr(begin, end - begin));
    begin = end + 2;
  }
  unread_.erase(0, begin);
}

void EventStream::read_event(std::string_view event) {
  constexpr std::string_view field = "data: ";
  if (!event.starts_with(field)) return;
  event.remove_prefix(field.size());
  if (event == "[DONE]") {
    done_ = true;
    return;
  }
  const json chunk = json::parse(event, nullptr, /*allow_exceptions=*/false);
  if (!chunk.is_object()) return;
  if (const auto usage = chunk.find("usage"); usage != chunk.end() && usage->is_object()) {
    prompt_tokens_ = usage->value("prompt_tokens", std::uint64_t{0});
    completion_tokens_ = usage->value("completion_tokens", std::uint64_t{0});
  }
  for (const json& choice : chunk.value("choices", json::array())) {
    if (choice.value("finish_reason", json()).is_null()) {
      ++tokens_;
    } else {
      finished_ = true;
    }
  }
}

}  // namespace traffic
