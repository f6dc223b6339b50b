// The unit behind a command line that is all switches, for tests in Python.
//
//   send_test_mails KEY=VALUE...: host port user password ca tls=starttls|implicit|none from to
//   (once per recipient) hello deadline_ms spool_port spool_queue patience_ms verbose=1

#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "alertmanager/configure/test_mail.h"

using namespace seadragon::alerts;

namespace {

TestMails read(int count, char** words) {
  TestMails mails;
  const auto spool = [&]() -> SpoolOnTheWay& {
    if (!mails.spool) mails.spool.emplace();
    return *mails.spool;
  };
  const auto number = [](const std::string& text) { return std::stoi(text); };
  const auto port = [&](const std::string& text) {
    return static_cast<std::uint16_t>(number(text));
  };
  const std::map<std::string, std::function<void(const std::string&)>> keys = {
      {"host", [&](const std::string& text) { mails.server.host = text; }},
      {"port", [&](const std::string& text) { mails.server.port = port(text); }},
      {"user", [&](const std::string& text) { mails.server.username = text; }},
      {"password", [&](const std::string& text) { mails.server.password = text; }},
      {"ca", [&](const std::string& text) { mails.server.ca_file = text; }},
      {"tls",
       [&](const std::string& text) {
         mails.server.tls = text == "implicit" ? Tls::implicit
                            : text == "none"   ? Tls::none
                                               : Tls::starttls;
       }},
      {"from", [&](const std::string& text) { mails.from = text; }},
      {"to", [&](const std::string& text) { mails.recipients.push_back(text); }},
      {"hello", [&](const std::string& text) { mails.hello = text; }},
      {"deadline_ms",
       [&](const std::string& text) {
         const std::chrono::milliseconds each(number(text));
         mails.deadlines = {.connect = each, .reply = each, .acceptance = each};
       }},
      {"spool_port", [&](const std::string& text) { spool().port = port(text); }},
      {"spool_queue", [&](const std::string& text) { spool().queue_directory = text; }},
      {"patience_ms",
       [&](const std::string& text) {
         spool().patience = std::chrono::milliseconds(number(text));
       }},
      {"verbose", [&](const std::string&) { mails.shows_dialogue = true; }},
  };
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto equals = word.find('=');
    keys.at(word.substr(0, equals))(word.substr(equals + 1));
  }
  return mails;
}

}  // namespace

int main(int count, char** words) {
  try {
    return send_test_mails(read(count, words), std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << "send_test_mails: " << error.what() << '\n';
    return 2;
  }
}
