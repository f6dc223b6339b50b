#include <array>
#include <ctime>

#include "alertmanager/configure/test_mail.h"

namespace seadragon::alerts {
namespace {

/// RFC 5322, 3.3. By hand: strftime() would take the names of days from the locale.
std::string date_of(std::chrono::sys_seconds now) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> numbers{};
  std::strftime(numbers.data(), numbers.size(), "%Y %H:%M:%S +0000", &utc);
  return std::string(days.at(static_cast<std::size_t>(utc.tm_wday))) + ", " +
         std::to_string(utc.tm_mday) + " " + months.at(static_cast<std::size_t>(utc.tm_mon)) + " " +
         numbers.data();
}

}  // namespace

std::string test_mail_content(const std::string& from, const std::string& to,
                              const std::string& machine, std::chrono::sys_seconds now,
                              const std::string& id) {
  const std::string date = date_of(now);
  return "From: " + from + "\r\nTo: " + to +
         "\r\nSubject: [TEST] Seadragon LLM: Test Mail\r\nDate: " + date + "\r\nMessage-ID: <" +
         id + "@" + machine +
         ">\r\n"
         "Auto-Submitted: auto-generated\r\n"  // RFC 3834: no answers from people on holiday
         "MIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=us-ascii\r\n"
         "\r\n"
         "This is a test mail; nothing is wrong.\r\n"
         "\r\n"
         "It was sent by `seadragon-alerts test-mail`\r\n"
         "from the machine " +
         machine + "\r\non " + date +
         ".\r\n"
         "\r\n"
         "It has come the way that mails about alerts take: from this sender,\r\n"
         "with this login, through this mail server, to this address.\r\n";
}

}  // namespace seadragon::alerts
