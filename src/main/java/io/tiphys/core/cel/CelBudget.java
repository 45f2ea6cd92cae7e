package io.tiphys.core.cel;

import dev.cel.common.ast.CelExpr;
import java.util.Collection;

/// What one evaluation may still take.
final class CelBudget {

    private static final int MOST_STEPS = 100_000;

    /// Characters of the texts and elements of the lists that calls make.
    private static final long MOST_MADE = 4_000_000;

    private int steps;
    private long made;

    /// After each part of an expression that was evaluated.
    ///
    /// @throws CelFailure if that was one too many
    void spend(CelExpr part, Object result) {
        if (++steps > MOST_STEPS) {
            throw new CelFailure("takes more than %,d steps".formatted(MOST_STEPS));
        }
        if (part.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL) {
            made += size(result);
        }
        if (made > MOST_MADE) {
            throw new CelFailure("makes texts and lists of more than %,d".formatted(MOST_MADE));
        }
    }

    private static int size(Object result) {
        return switch (result) {
            case CharSequence text -> text.length();
            case Collection<?> list -> list.size();
            default -> 0;
        };
    }
}
