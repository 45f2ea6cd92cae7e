package io.tiphys.core.diff;

import io.tiphys.core.model.ResourceKey;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells whether two values of a field say the same, however they are spelt.
///
/// @param key of the object that has the field
record Spelling(ResourceKey key, KnownTypes knownTypes) {

    private static final Optional<KnownTypes.Type> QUANTITY = Optional.of(KnownTypes.Type.QUANTITY);
    private static final Optional<KnownTypes.Type> DURATION = Optional.of(KnownTypes.Type.DURATION);

    /// Whether the field is one of Kubernetes' own types.
    boolean isTyped(Place place) {
        return knownTypes.find(key, place.names()).isPresent();
    }

    boolean same(Place place, @Nullable Object target, @Nullable Object live) {
        if (Objects.equals(target, live) || sameNumber(target, live)) {
            return true;
        }
        var names = place.names();
        var type = knownTypes.find(key, names);
        if (type.isPresent() && KubernetesFields.isLeftOpen(names, target, live)) {
            return true;
        }
        if (!isScalar(target) || !isScalar(live)) {
            return false;
        }
        var one = String.valueOf(target);
        var other = String.valueOf(live);
        boolean typed = type.isPresent() || names.startsWith("metadata.");
        return (typed && one.equals(other))
                || ((type.equals(QUANTITY) || Quantity.isQuantityField(names))
                        && Quantity.same(one, other))
                || (type.equals(DURATION) && GoDuration.same(one, other))
                || (isSecretData(names) && one.replaceAll("[\r\n]", "").equals(other));
    }

    /// What is encoded may be broken into lines: Go passes over their ends.
    private boolean isSecretData(String names) {
        return key.kind().equals("Secret") && key.group().isEmpty() && names.startsWith("data.");
    }

    static boolean sameNumber(@Nullable Object target, @Nullable Object live) {
        return target instanceof Number one
                && live instanceof Number other
                && Double.isFinite(one.doubleValue())
                && Double.isFinite(other.doubleValue())
                && decimal(one).compareTo(decimal(other)) == 0;
    }

    private static BigDecimal decimal(Number number) {
        return new BigDecimal(number.toString());
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String || value instanceof Number;
    }
}
