import type { Coefficients } from './coefficient-names';

/**
 * What the host adds to a step when it schedules while the accelerator waits: 0.3–0.5 ms and about 6 µs a sequence
 * (reference/planner.md §2, orders of magnitude). The measurements were taken with the two overlapped, as the public recipes of
 * vLLM ask for, as vLLM does since 0.14.0 (release notes, January 2026) and as SGLang and TensorRT-LLM do by default.
 */
const SERIAL_STEP_SECONDS = 0.4e-3;
const SERIAL_SEQUENCE_SECONDS = 6e-6;

/** Steps a new request waits longer where the next step is scheduled ahead (TensorRT-LLM's page on its overlap scheduler). */
const STEPS_AHEAD = 1;

/** Coefficients of an engine that schedules between steps instead of during them. */
export function withoutAsyncScheduling(c: Coefficients): Coefficients {
  return {
    ...c,
    hostStep: c.hostStep + SERIAL_STEP_SECONDS,
    hostSequence: c.hostSequence + SERIAL_SEQUENCE_SECONDS,
    stepsBefore: Math.max(Math.min(c.stepsBefore, 0.5), c.stepsBefore - STEPS_AHEAD),
  };
}
