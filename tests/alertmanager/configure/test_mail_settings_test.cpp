#include "alertmanager/configure/test_mail_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::alerts {
namespace {

Settings good() {
  Settings settings;
  settings.smtp.username = "llm@example.org";
  settings.smtp.password = "secret";
  settings.smtp.ca_file = "/etc/ssl/certs/example.pem";
  settings.recipients = {"ops@example.org", "second@example.org"};
  return settings;
}

TEST(TestMailSettingsTest, GoTheWayOfTheAlerts) {
  const TestMails mails = test_mails(good(), true);
  EXPECT_EQ(mails.server.host, "smtp.gmail.com");
  EXPECT_EQ(mails.server.port, 587);
  EXPECT_EQ(mails.server.username, "llm@example.org");
  EXPECT_EQ(mails.server.password, "secret");
  EXPECT_EQ(mails.server.ca_file, "/etc/ssl/certs/example.pem");
  EXPECT_EQ(mails.server.tls, Tls::starttls);
  EXPECT_EQ(mails.from, "llm@example.org");
  EXPECT_EQ(mails.recipients, good().recipients);
  EXPECT_FALSE(mails.spool);
  EXPECT_TRUE(mails.shows_dialogue);
}

TEST(TestMailSettingsTest, AreEncryptedFromTheFirstByteOnPort465) {
  Settings settings = good();
  settings.smtp.port = 465;
  EXPECT_EQ(test_mails(settings, false).server.tls, Tls::implicit);
}

TEST(TestMailSettingsTest, GoThroughTheSpoolWhereThereIsOne) {
  Settings settings = good();
  settings.spool.program = Settings::Spool::Program::postfix;
  const TestMails mails = test_mails(settings, false);
  ASSERT_TRUE(mails.spool);
  EXPECT_EQ(mails.spool->port, 10325);
  EXPECT_EQ(mails.spool->queue_directory, "/var/spool/seadragon/queue");
}

}  // namespace
}  // namespace seadragon::alerts
