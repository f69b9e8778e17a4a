/*
 * What the app asks of LAME; program.ts is the other side.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdarg.h>

#include <lame.h>

#define TO_HOST(name) __attribute__((export_name(#name)))

/* A second at MPEG audio's highest rate; and what LAME's lame.h asks for its frames. */
#define MOST_SAMPLES 48000
#define MOST_BYTES (MOST_SAMPLES + MOST_SAMPLES / 4 + 7200)

/*
 * Of LAME's 0 (best) to 9. From 7 on it doesn't weigh quantisations against each other, which is half of its work, and
 * which 64 kbit/s for one voice leave hardly anything to do for.
 */
#define QUALITY 7

static float sound[MOST_SAMPLES];
static unsigned char frames[MOST_BYTES];
static lame_t lame;

/* It has nobody to tell anything; what goes wrong is in what it returns. */
static void silent(const char *format, va_list arguments) {}

TO_HOST(sound_at) float *sound_at(void) { return sound; }
TO_HOST(frames_at) unsigned char *frames_at(void) { return frames; }
TO_HOST(most_samples) int most_samples(void) { return MOST_SAMPLES; }

/* A stream of constant bit rate, mono. Below 0: not with these. */
TO_HOST(begin) int begin(int rate_hz, int kbits) {
  if (lame) lame_close(lame);
  lame = lame_init();
  if (!lame) return -1;
  lame_set_errorf(lame, silent);
  lame_set_debugf(lame, silent);
  lame_set_msgf(lame, silent);
  lame_set_num_channels(lame, 1);
  lame_set_mode(lame, MONO);
  lame_set_in_samplerate(lame, rate_hz);
  lame_set_out_samplerate(lame, rate_hz);
  lame_set_brate(lame, kbits);
  lame_set_quality(lame, QUALITY);
  /* The container's to write. */
  lame_set_bWriteVbrTag(lame, 0);
  return lame_init_params(lame);
}

/* Bytes at frames_at, which needn't end with a frame; below 0: it failed. */
TO_HOST(encode) int encode(int samples) {
  return lame_encode_buffer_ieee_float(lame, sound, sound, samples, frames, MOST_BYTES);
}

TO_HOST(end) int end(void) { return lame_encode_flush(lame, frames, MOST_BYTES); }
