/// The dialects of Git hosts: payloads to [io.tiphys.core.event.GitEvent]. One class a host knows
/// its headers and signature, one beside it reads its payload. What is common to them is
/// [Repository], which makes the events, and [Fields], which checks what strangers wrote.
@NullMarked
package io.tiphys.webhook.git;

import org.jspecify.annotations.NullMarked;
