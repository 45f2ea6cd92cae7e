package io.tiphys.repo.plugin;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// One call of a plugin: messages go out as fast as they are taken, one comes back.
final class Call<T> extends ClientCall.Listener<T> {

    private final ClientCall<byte[], T> call;
    private final boolean stream;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T message;

    Call(Channel channel, MethodDescriptor<byte[], T> method, CallOptions options) {
        call = channel.newCall(method, options);
        stream = !method.getType().clientSendsOneMessage();
    }

    void start() {
        call.start(this, new Metadata());
        // The second one shows that there is none.
        call.request(2);
    }

    /// Sends a message when the plugin can take it.
    ///
    /// @return whether it may want more: one that has failed does not
    synchronized boolean send(byte[] content) throws InterruptedException {
        // A call of one message is not told when it is ready.
        while (stream && !call.isReady() && !answer.isDone()) {
            wait();
        }
        if (answer.isDone()) {
            return false;
        }
        call.sendMessage(content);
        return true;
    }

    /// Waits for what comes back.
    T answer() throws InterruptedException, StatusException {
        call.halfClose();
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw Status.fromThrowable(failed).asException();
        }
    }

    /// Gives up what has not ended.
    void cancel() {
        call.cancel("No longer of interest", null);
    }

    @Override
    public synchronized void onReady() {
        notifyAll();
    }

    @Override
    public synchronized void onMessage(T received) {
        if (message != null) {
            answer.completeExceptionally(none("more than one answer"));
        }
        message = received;
    }

    @Override
    public synchronized void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            answer.completeExceptionally(status.asException());
        } else if (message == null) {
            answer.completeExceptionally(none("no answer"));
        } else {
            answer.complete(message);
        }
        notifyAll();
    }

    private static StatusException none(String why) {
        return Status.INTERNAL.withDescription(why).asException();
    }
}
