#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "alertmanager/configure/mail_ending.h"
#include "alertmanager/configure/smtp_dialogue.h"
#include "alertmanager/configure/terminal_text.h"

namespace {

void require_fit(std::string_view text) {
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x20 || value == 0x7F) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace seadragon::alerts;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const MailServer server{.host = "smtp.example.org", .username = "u", .password = "hunter2"};
  require_fit(advice(server, "ops@example.org", ending_of_postfix(text)));
  const std::string fit = terminal_text(text, 80);
  require_fit(fit);
  if (columns_of(fit) > 80) std::abort();
  if (terminal_text(fit) != fit) std::abort();

  // What either side says, line by line; the first letter tells which.
  SmtpDialogue dialogue(server);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with('>')) dialogue.sent(line.substr(1));
    if (line.starts_with('<')) dialogue.received(line.substr(1));
    if (line.starts_with('=')) dialogue.content_sent();
  }
  for (const Exchange& exchange : dialogue.exchanges()) {
    for (const std::string& kept : {exchange.said, exchange.reply}) {
      if (kept.find("hunter2") != std::string::npos) std::abort();
    }
  }
  return 0;
}
