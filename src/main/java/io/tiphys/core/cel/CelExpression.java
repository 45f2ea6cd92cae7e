package io.tiphys.core.cel;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;

/// An expression over one resource, `obj`, that was read, to be evaluated on many and by many
/// threads. Beside the standard functions and macros it has Kubernetes' optional fields
/// (`obj.?status.?phase.orValue("")`) and the functions of texts.
///
/// An evaluation may take 100,000 steps, and make texts and lists of 4 million characters and
/// elements together.
public final class CelExpression {

    private static final int LONGEST = 20_000;
    private static final int DEEPEST = 100;
    private static final int MOST_ITERATIONS = 100_000;
    private static final String RESOURCE = "obj";

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .comprehensionMaxIterations(MOST_ITERATIONS)
                    .maxExpressionCodePointSize(LONGEST)
                    .maxParseRecursionDepth(DEEPEST)
                    .build();

    private static final CelCompiler COMPILER =
            CelCompilerFactory.standardCelCompilerBuilder()
                    .setOptions(OPTIONS)
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .addLibraries(CelExtensions.strings(), CelExtensions.optional())
                    .addVar(RESOURCE, SimpleType.DYN)
                    .build();

    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .addLibraries(CelExtensions.strings(), CelExtensions.optional())
                    .build();

    private final CelRuntime.Program program;

    private CelExpression(CelRuntime.Program program) {
        this.program = program;
    }

    /// What is true or false.
    ///
    /// @throws CelFailure if it cannot be read, or is something else
    public static CelExpression condition(String text) {
        return read(text, SimpleType.BOOL, "a condition");
    }

    /// What is a text.
    ///
    /// @throws CelFailure if it cannot be read, or is something else
    public static CelExpression text(String text) {
        return read(text, SimpleType.STRING, "a text");
    }

    private static CelExpression read(String text, CelType wanted, String what) {
        try {
            var checked = COMPILER.compile(text).getAst();
            var type = checked.getResultType();
            if (!type.equals(wanted) && !type.equals(SimpleType.DYN)) {
                throw new CelFailure("is not %s but %s".formatted(what, type.name()));
            }
            return new CelExpression(RUNTIME.createProgram(checked));
        } catch (CelValidationException | CelEvaluationException malformed) {
            throw new CelFailure(String.valueOf(malformed.getMessage()));
        } catch (StackOverflowError tooDeep) {
            throw new CelFailure("is nested too deep");
        }
    }

    /// @param object a tree of JSON
    /// @throws CelFailure if it fails or takes too much, or comes to neither
    public boolean holds(Map<String, ?> object) {
        if (evaluated(object) instanceof Boolean holds) {
            return holds;
        }
        throw new CelFailure("comes to neither true nor false");
    }

    /// @param object a tree of JSON
    /// @throws CelFailure if it fails or takes too much, or comes to none
    public String textOf(Map<String, ?> object) {
        if (evaluated(object) instanceof String text) {
            return text;
        }
        throw new CelFailure("does not come to a text");
    }

    private Object evaluated(Map<String, ?> object) {
        var budget = new CelBudget();
        try {
            return program.trace(Map.of(RESOURCE, CelValues.of(object)), budget::spend);
        } catch (CelEvaluationException failed) {
            throw new CelFailure(String.valueOf(failed.getMessage()));
        } catch (StackOverflowError tooDeep) {
            throw new CelFailure("is nested too deep");
        }
    }
}
