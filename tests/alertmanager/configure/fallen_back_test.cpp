#include "alertmanager/configure/fallen_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::alerts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FallenBackTest, NamesWhatWouldBeTheDefaultAgain) {
  Settings in_force;
  in_force.smtp.port = 465;
  in_force.smtp.ca_file = "/etc/ssl/own.pem";
  in_force.thresholds = {{"cpu_percent", "97"}};
  EXPECT_THAT(fallen_back(in_force, Settings()),
              ElementsAre("smtp.port is \"465\" and would be \"587\" again",
                          "smtp.ca_file is \"/etc/ssl/own.pem\" and would be nothing again",
                          "thresholds.cpu_percent is \"97\" and would be \"90\" again"));
}

TEST(FallenBackTest, PassesOverWhatIsChangedOnPurpose) {
  Settings in_force, next;
  in_force.smtp.server = "old.example.org";
  next.smtp.server = "new.example.org";
  in_force.thresholds = {{"cpu_percent", "97"}, {"queue_length", "10"}};
  next.thresholds = {{"cpu_percent", "95"}};
  EXPECT_THAT(fallen_back(in_force, next), IsEmpty());
}

TEST(FallenBackTest, ShowsNoSecret) {
  Settings in_force;
  in_force.watchdog_url = "https://dead-man.example.org/ping/1";
  in_force.smtp.password = "secret";
  in_force.smtp.password_file = "/etc/seadragon/alerting/smtp_password";
  EXPECT_THAT(fallen_back(in_force, Settings()),
              ElementsAre("watchdog.url is set and would be nothing again"));
}

}  // namespace
}  // namespace seadragon::alerts
