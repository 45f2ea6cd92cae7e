package io.tiphys.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;

/// The few figures that are made of samples.
final class Statistics {

    private static final int RESAMPLES = 4000;

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

    /// What a figure that is made of two lists of samples may be, with 95 % confidence: it is made
    /// again and again of samples drawn at random from those that were measured (the bootstrap).
    /// Unlike the least and the greatest of rounds, it narrows with every round.
    static Spread confidence(int samples, ToDoubleFunction<IntUnaryOperator> figure) {
        var random = new Random(samples);
        var drawn = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            var places = random.ints(samples, 0, samples).toArray();
            drawn[i] = figure.applyAsDouble(place -> places[place]);
        }
        return new Spread(
                figure.applyAsDouble(IntUnaryOperator.identity()),
                percentile(drawn, 0.025),
                percentile(drawn, 0.975));
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
