#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alertmanager/configure/test_mail.h"

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST(TestMailContentTest, IsAMailThatTellsWhenAndWhere) {
  const std::string mail = test_mail_content("mon@example.org", "ops@example.org", "llm1",
                                             std::chrono::sys_seconds(1795895498s), "1.2");
  EXPECT_THAT(mail, StartsWith("From: mon@example.org\r\n"
                               "To: ops@example.org\r\n"
                               "Subject: [TEST] Seadragon LLM: Test Mail\r\n"
                               "Date: Sat, 28 Nov 2026 19:51:38 +0000\r\n"
                               "Message-ID: <1.2@llm1>\r\n"
                               "Auto-Submitted: auto-generated\r\n"));
  EXPECT_THAT(mail, HasSubstr("from the machine llm1\r\non Sat, 28 Nov 2026 19:51:38 +0000.\r\n"));
}

TEST(TestMailContentTest, EndsEveryLineAsSmtpWantsIt) {
  const std::string mail = test_mail_content("a@b", "c@d", "e", {}, "f");
  for (std::size_t at = 0; (at = mail.find('\n', at)) != std::string::npos; ++at) {
    EXPECT_EQ(mail[at - 1], '\r');
  }
  EXPECT_TRUE(mail.ends_with("\r\n"));
}

}  // namespace
}  // namespace seadragon::alerts
