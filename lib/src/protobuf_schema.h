/// The fields of the messages of Prometheus, as far as they are written.
/// Source: io.prometheus.client, https://github.com/prometheus/client_model, as Prometheus 2.42
/// knows it: its messages have no place for the time of creation.
#pragma once

#include "lib/src/protobuf_message.h"

namespace seadragon::monitoring::detail::protobuf_schema {

namespace metric_family {
inline constexpr ProtobufField name = 1, help = 2, type = 3, metric = 4;
}
namespace metric {
inline constexpr ProtobufField label = 1, gauge = 2, counter = 3, summary = 4, untyped = 5,
                               timestamp = 6, histogram = 7;
}
namespace label_pair {
inline constexpr ProtobufField name = 1, value = 2;
}
namespace number {  // Counter, Gauge and Untyped alike
inline constexpr ProtobufField value = 1;
}
namespace summary {
inline constexpr ProtobufField count = 1, sum = 2, quantile = 3;
}
namespace quantile {
inline constexpr ProtobufField quantile = 1, value = 2;
}
namespace histogram {
inline constexpr ProtobufField count = 1, sum = 2, bucket = 3, schema = 5, zero_threshold = 6,
                               zero_count = 7, positive_span = 12, positive_delta = 13;
}
namespace bucket {
inline constexpr ProtobufField cumulative_count = 1, upper_bound = 2, exemplar = 3;
}
namespace bucket_span {
inline constexpr ProtobufField offset = 1, length = 2;
}
namespace exemplar {
inline constexpr ProtobufField label = 1, value = 2, timestamp = 3;
}
namespace timestamp {
inline constexpr ProtobufField seconds = 1, nanos = 2;
}

}  // namespace seadragon::monitoring::detail::protobuf_schema
