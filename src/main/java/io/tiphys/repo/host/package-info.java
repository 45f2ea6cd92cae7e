/// What it takes to reach a host, whatever it keeps: encryption, proxies and keys as a Secret has
/// them, and the rule where credentials may be shown. Used by the rooms beside it that know a
/// kind of host. What is no Git protocol is asked for by [Web], which knows how much is read.
@NullMarked
package io.tiphys.repo.host;

import org.jspecify.annotations.NullMarked;
