/// Every way of recording that the target table names: with prometheus-cpp, and with ours.
#pragma once

#include "tests/benchmarks/repeated.h"

namespace seadragon::bench {

/// A request is: in flight up, counter, histogram, in flight down; no clock is read.
struct Recording {
  Sides counter;
  Sides gauge;
  Sides histogram;
  Sides request_by_handles;     ///< Handles of all label sets resolved before.
  Sides request_of_one_series;  ///< The same label set over and over.
  Sides request_by_labels;      ///< Labels looked up at each request.
  Sides request_as_documented;  ///< Family::Add of prometheus-cpp against our handles.
  Sides native_histogram;       ///< Ours without native buckets against ours with them.
  Sides page;                   ///< Not recording: a scrape of all this, 1,300 series.
};

/// Made at the first call, with all series, and kept until the process ends.
const Recording& recording();

}  // namespace seadragon::bench
