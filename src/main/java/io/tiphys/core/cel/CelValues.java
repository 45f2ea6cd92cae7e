package io.tiphys.core.cel;

import dev.cel.common.values.NullValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Trees of JSON as CEL's values: whole numbers are `int`, or `double` where that is too small.
final class CelValues {

    /// Deeper than any resource is; what lies below is null.
    private static final int DEEPEST = 100;

    private CelValues() {}

    static Object of(@Nullable Object tree) {
        return of(tree, DEEPEST);
    }

    private static Object of(@Nullable Object tree, int depth) {
        if (depth == 0) {
            return NullValue.NULL_VALUE;
        }
        return switch (tree) {
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> fields.put(String.valueOf(key), of(value, depth - 1)));
                yield fields;
            }
            case List<?> list -> {
                var elements = new ArrayList<Object>(list.size());
                list.forEach(it -> elements.add(of(it, depth - 1)));
                yield elements;
            }
            case String text -> text;
            case Boolean flag -> flag;
            case Integer number -> number.longValue();
            case Long number -> number;
            case BigInteger number when number.bitLength() < Long.SIZE -> number.longValue();
            case Number number -> number.doubleValue();
            case null, default -> NullValue.NULL_VALUE;
        };
    }
}
