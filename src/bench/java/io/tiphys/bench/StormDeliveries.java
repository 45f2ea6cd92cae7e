package io.tiphys.bench;

import io.tiphys.bench.Deliveries.Payload;
import io.tiphys.bench.Load.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/// What is sent in a storm, in its order, drawn from a fixed seed: pushes to repositories of which
/// few get most (Zipf), some of them sent again under the id that they had, and events that deploy
/// nothing. It ends with a push of the newest commit of each repository.
final class StormDeliveries {

    private static final double ZIPF = 1.1;
    private static final double AGAIN = 0.3;
    private static final double OTHERS = 0.1;

    /// How long ago a delivery may have been sent first, in deliveries.
    private static final int AGO = 2000;

    private static final int PAYLOADS = 2000;

    /// One in so many of the others is a ping; the rest are pull requests.
    private static final int PINGS = 10;

    private final List<Payload> payloads = new ArrayList<>();
    private final int[] numbers;
    private final int[] chosen;

    /// @param addresses of the repositories, the busiest first
    /// @param last a push for each of them
    /// @param first the number of the first delivery
    StormDeliveries(
            Deliveries deliveries, List<String> addresses, List<Payload> last, int first, int count)
            throws IOException {
        var random = new Random(20_260_201);
        var shares = shares(addresses.size());
        for (int i = 0; i < PAYLOADS; i++) {
            payloads.add(deliveries.push(addresses.get(pick(shares, random))));
        }
        for (int i = 0; i < PINGS - 1; i++) {
            payloads.add(deliveries.pullRequest(addresses.get(i % addresses.size()), i + 1));
        }
        payloads.add(deliveries.ping());
        payloads.addAll(last);
        numbers = new int[count];
        chosen = new int[count];
        for (int place = 0; place < count; place++) {
            choose(place, first + place, random);
        }
        for (int i = 0; i < last.size(); i++) {
            int place = count - last.size() + i;
            numbers[place] = first + place;
            chosen[place] = PAYLOADS + PINGS + i;
        }
    }

    private void choose(int place, int number, Random random) {
        if (place > 0 && random.nextDouble() < AGAIN) {
            int again = place - 1 - random.nextInt(Math.min(place, AGO));
            numbers[place] = numbers[again];
            chosen[place] = chosen[again];
            return;
        }
        numbers[place] = number;
        chosen[place] =
                random.nextDouble() < OTHERS
                        ? PAYLOADS + random.nextInt(PINGS)
                        : random.nextInt(PAYLOADS);
    }

    /// By its place in the order.
    IntFunction<Delivery> inOrder() {
        return place -> new Delivery(numbers[place], payloads.get(chosen[place]));
    }

    int number(int place) {
        return numbers[place];
    }

    /// Whether an event comes of it, and not only an entry in the log of deliveries.
    boolean isEvent(int place) {
        return chosen[place] != PAYLOADS + PINGS - 1;
    }

    private static double[] shares(int count) {
        var shares = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1 / Math.pow(i + 1, ZIPF);
            shares[i] = sum;
        }
        for (int i = 0; i < count; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static int pick(double[] shares, Random random) {
        double drawn = random.nextDouble();
        int index = 0;
        while (index < shares.length - 1 && shares[index] < drawn) {
            index++;
        }
        return index;
    }
}
