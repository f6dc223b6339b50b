#include "alertmanager/configure/sources.h"

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

TEST(TestMailsTest, GoTheWayOfTheAlerts) {
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

TEST(TestMailsTest, AreEncryptedFromTheFirstByteOnPort465) {
  Settings settings = good();
  settings.smtp.port = 465;
  EXPECT_EQ(test_mails(settings, false).server.tls, Tls::implicit);
}

TEST(TestMailsTest, GoThroughTheSpoolWhereThereIsOne) {
  Settings settings = good();
  settings.spool.program = Settings::Spool::Program::postfix;
  const TestMails mails = test_mails(settings, false);
  ASSERT_TRUE(mails.spool);
  EXPECT_EQ(mails.spool->port, 10325);
  EXPECT_EQ(mails.spool->queue_directory, "/var/spool/seadragon/queue");
}

TEST(StatusSourcesTest, AreThoseOfTheSettings) {
  Settings settings = good();
  settings.alertmanager.url = "http://127.0.0.1:1";
  settings.prometheus.url = "http://127.0.0.1:2";
  StatusSources sources = status_sources(settings);
  EXPECT_EQ(sources.alertmanager_url, "http://127.0.0.1:1");
  EXPECT_EQ(sources.prometheus_url, "http://127.0.0.1:2");
  EXPECT_FALSE(sources.spool_queue);
  settings.spool.program = Settings::Spool::Program::postfix;
  EXPECT_EQ(status_sources(settings).spool_queue, "/var/spool/seadragon/queue");
}

}  // namespace
}  // namespace seadragon::alerts
