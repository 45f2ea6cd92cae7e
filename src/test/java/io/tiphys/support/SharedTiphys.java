package io.tiphys.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.util.FileUtils;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Hands every test that only uses the service the same one, and shows what it printed if the test
/// fails.
public final class SharedTiphys implements ParameterResolver, TestExecutionExceptionHandler {

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
            delete(service.data());
        }

        private static void delete(Path directory) throws IOException {
            FileUtils.delete(directory.toFile(), FileUtils.RECURSIVE | FileUtils.RETRY);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Tiphys.class;
    }

    @Override
    public Tiphys resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return service(context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        failure.addSuppressed(new AssertionError("The service said:\n" + service(context).log()));
        throw failure;
    }

    private static Tiphys service(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedTiphys.class))
                .computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class)
                .service();
    }
}
