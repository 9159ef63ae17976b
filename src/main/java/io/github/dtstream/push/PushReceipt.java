package io.github.dtstream.push;

/**
 * The result of a message whose events are on disk.
 *
 * @param added how many events were new
 * @param known how many events the journal had already
 */
public record PushReceipt(int added, int known) {}
