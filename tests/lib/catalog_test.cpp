#include "lib/src/catalog.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "lib/src/catalog_page.h"
#include "lib/src/standard_names.h"
#include "tests/golden_file.h"

namespace seadragon::monitoring {
namespace {

TEST(CatalogTest, IsPrintedInTheDocuments) {
  EXPECT_TRUE(tests::matches_golden("docs/metrics.md", catalog_page()));
}

TEST(CatalogTest, HasItsStandardNamesPrintedInTheDocuments) {
  EXPECT_TRUE(tests::matches_golden("docs/standard-names.md", detail::standard_names_page()));
}

TEST(CatalogTest, RenamesEveryLabelOfAnAlias) {
  for (const detail::MetricAlias& alias : detail::standard_names) {
    const auto of = std::ranges::find(catalog, alias.of, &MetricSpec::name);
    ASSERT_NE(of, std::end(catalog)) << alias.name;
    EXPECT_EQ(alias.labels.size(), of->labels.size()) << alias.name;
  }
}

TEST(CatalogTest, FindsAnEntryByItsName) {
  EXPECT_EQ(metric("seadragon_queue_length").type, MetricType::gauge);
  EXPECT_EQ(metric("seadragon_queue_length").labels.size(), 1U);
}

TEST(CatalogTest, HasTheBoundsThatObjectivesName) {
  for (const double objective : {0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0}) {
    EXPECT_TRUE(std::ranges::binary_search(request_seconds, objective)) << objective;
    EXPECT_TRUE(std::ranges::binary_search(first_token_seconds, objective)) << objective;
  }
}

TEST(CatalogTest, KeepsMetricsOfASubjectTogether) {
  // docs/metrics.md has a heading each time the subject changes.
  const std::string page = catalog_page();
  for (const char* heading : {"\n## http\n", "\n## queue\n", "\n## host\n", "\n## exporter\n"}) {
    const auto first = page.find(heading);
    ASSERT_NE(first, std::string::npos) << heading;
    EXPECT_EQ(page.find(heading, first + 1), std::string::npos) << heading;
  }
}

}  // namespace
}  // namespace seadragon::monitoring
