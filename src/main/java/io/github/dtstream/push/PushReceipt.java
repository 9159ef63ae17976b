package io.github.dtstream.push;

/**
 * What became of a message whose events are on disk.
 *
 * @param added how many were new
 * @param known how many the journal had already
 */
public record PushReceipt(int added, int known) {}
