package io.tiphys.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.eclipse.jgit.util.FileUtils;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Hands every test that only uses the service the same one, and a clone of its sample repository;
/// shows what the service printed if the test fails.
public final class SharedTiphys implements ParameterResolver, TestExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(SharedTiphys.class);

    private record Shared(Tiphys service) implements AutoCloseable {

        static Shared start() {
            try {
                return new Shared(Tiphys.start(Files.createTempDirectory("tiphys-journey")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            service.close();
            FileUtils.delete(service.data().toFile(), FileUtils.RECURSIVE | FileUtils.RETRY);
        }
    }

    /// So that each test has a clone of its own.
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == Tiphys.class || type == SampleClone.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Tiphys.class
                ? service(context)
                : context.getStore(NAMESPACE)
                        .computeIfAbsent(
                                SampleClone.class,
                                _ -> service(context).cloneSample(),
                                SampleClone.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        failure.addSuppressed(new AssertionError("The service said:\n" + service(context).log()));
        throw failure;
    }

    private static Tiphys service(ExtensionContext context) {
        var service =
                context.getRoot()
                        .getStore(NAMESPACE)
                        .computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class)
                        .service();
        if (!service.isAlive()) {
            // Another had the given cluster meanwhile.
            service.restart();
        }
        return service;
    }
}
