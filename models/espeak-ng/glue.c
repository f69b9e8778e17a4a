/*
 * What the app asks of eSpeak NG, and where eSpeak NG's files come from: the host (program.ts in the speech worker)
 * holds them in memory. build.sh compiles eSpeak NG so that it opens, measures and lists files here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <espeak-ng/speak_lib.h>

#define FROM_HOST(name) __attribute__((import_module("host"), import_name(#name))) extern
#define TO_HOST(name) __attribute__((export_name(#name)))

/* Bytes of a file; -1: there is none; -2: it is a folder. */
FROM_HOST(file_bytes) int host_file_bytes(const char *path);
FROM_HOST(file_read) void host_file_read(const char *path, void *to);
/* The name of a folder's entry, cut to what fits. 0: there are no more. */
FROM_HOST(folder_entry) int host_folder_entry(const char *path, int index, char *name, int room);
/* Mono samples, as they are spoken. */
FROM_HOST(spoken) void host_spoken(const short *samples, int count);
/* From here on, what stands at a position (characters, from 1) is spoken. */
FROM_HOST(passed) void host_passed(int type, int position, int milliseconds);

/* ---- Files, for eSpeak NG ---- */

FILE *timbre_fopen(const char *path, const char *mode) {
  int bytes = host_file_bytes(path);
  if (bytes <= 0 || mode[0] != 'r') {
    errno = ENOENT;
    return NULL;
  }
  void *content = malloc(bytes);
  /* Its own buffer, which goes when it is closed. */
  FILE *file = content ? fmemopen(NULL, bytes, "w+") : NULL;
  if (file) {
    host_file_read(path, content);
    fwrite(content, 1, bytes, file);
    rewind(file);
  }
  free(content);
  return file;
}

int GetFileLength(const char *path) {
  int bytes = host_file_bytes(path);
  return bytes == -1 ? -ENOENT : bytes == -2 ? -EISDIR : bytes;
}

/* For sounds named in a text's markup, which the app takes out; and there is no environment. */
int timbre_remove(const char *path) { return -1; }
char *timbre_tmpnam(char *name) { return NULL; }
char *timbre_getenv(const char *name) { return NULL; }

struct folder {
  int next;
  struct dirent entry;
  char path[];
};

DIR *timbre_opendir(const char *path) {
  if (host_file_bytes(path) != -2) return NULL;
  struct folder *folder = calloc(1, sizeof(struct folder) + strlen(path) + 1);
  if (folder) strcpy(folder->path, path);
  return (DIR *)folder;
}

struct dirent *timbre_readdir(DIR *opened) {
  struct folder *folder = (struct folder *)opened;
  struct dirent *entry = &folder->entry;
  return host_folder_entry(folder->path, folder->next++, entry->d_name, sizeof(entry->d_name)) ? entry : NULL;
}

int timbre_closedir(DIR *folder) {
  free(folder);
  return 0;
}

/* ---- What the app asks ---- */

static int on_sound(short *samples, int count, espeak_EVENT *event) {
  if (count > 0) host_spoken(samples, count);
  for (; event->type != espeakEVENT_LIST_TERMINATED; event++)
    host_passed(event->type, event->text_position, event->audio_position);
  return 0;
}

/* Samples a second, or an error below 0. */
TO_HOST(start) int start(void) {
  int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 100, NULL, espeakINITIALIZE_DONT_EXIT);
  espeak_SetSynthCallback(on_sound);
  return rate;
}

/* 0 when there is such a voice; otherwise the voice before stays. */
TO_HOST(set_voice) int set_voice(const char *identifier) { return espeak_SetVoiceByName(identifier); }

/* The file of a voice that is called so, else of the first that speaks a language called so; NULL: there is none. */
TO_HOST(voice_called) const char *voice_called(const char *name) {
  const espeak_VOICE **voices = espeak_ListVoices(NULL);
  for (int i = 0; voices[i]; i++) {
    const char *last = strrchr(voices[i]->identifier, '/');
    if (strcasecmp(last ? last + 1 : voices[i]->identifier, name) == 0) return voices[i]->identifier;
  }
  for (int i = 0; voices[i]; i++)
    /* Its languages: a number and a name each, ended by a 0. */
    for (const char *language = voices[i]->languages; *language; language += strlen(language) + 1)
      if (strcmp(++language, name) == 0) return voices[i]->identifier;
  return NULL;
}

/* Runs to its end. Words a minute; pitch and its range 0 to 100. */
TO_HOST(speak) int speak(const char *text, int rate, int pitch, int range) {
  espeak_SetParameter(espeakRATE, rate, 0);
  espeak_SetParameter(espeakPITCH, pitch, 0);
  espeak_SetParameter(espeakRANGE, range, 0);
  return espeak_Synth(text, strlen(text) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
}

/* The next clause's pronunciation in IPA, `_` between phonemes. *text is moved behind it, and NULL at the end. */
TO_HOST(pronounce) const char *pronounce(const void **text) {
  return espeak_TextToPhonemes(text, espeakCHARS_UTF8, espeakPHONEMES_IPA | '_' << 8);
}
