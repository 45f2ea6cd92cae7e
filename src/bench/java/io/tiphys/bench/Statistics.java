package io.tiphys.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The few figures that are made of samples.
final class Statistics {

    private Statistics() {}

    /// @param share between 0 and 1
    static double percentile(double[] samples, double share) {
        if (samples.length == 0) {
            return Double.NaN;
        }
        var sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    static double median(List<Double> samples) {
        var sorted = samples.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static Spread spread(List<Double> perRound) {
        return new Spread(
                median(perRound),
                perRound.stream().min(Double::compare).orElseThrow(),
                perRound.stream().max(Double::compare).orElseThrow());
    }

    /// A median with what surrounds it.
    record Spread(double median, double min, double max) {

        /// No verdict where the range crosses the target.
        String atLeast(double target) {
            return min >= target ? "yes" : max < target ? "NO" : "no verdict";
        }

        String atMost(double target) {
            return max <= target ? "yes" : min > target ? "NO" : "no verdict";
        }

        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("median", median);
            json.put("min", min);
            json.put("max", max);
            return json;
        }

        @Override
        public String toString() {
            return "%.2f (%.2f-%.2f)".formatted(median, min, max);
        }
    }
}
