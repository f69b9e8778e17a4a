#!/bin/sh
# Compiles eSpeak NG for the speech worker: build.sh <folder of eSpeak NG's source>. See README.md for the source.
set -e
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/config.h" <<CONFIG
#define USE_ASYNC 0
#define USE_KLATT 1
#define USE_LIBPCAUDIO 0
#define USE_LIBSONIC 0
#define USE_MBROLA 0
#define USE_SPEECHPLAYER 0
#define PACKAGE_VERSION "1.52.0"
CONFIG

# What eSpeak NG does with files goes to glue.c. Its own compilers of dictionaries and phonemes fall away when linking.
files='-Dfopen=timbre_fopen -Dopendir=timbre_opendir -Dreaddir=timbre_readdir -Dclosedir=timbre_closedir'
files="$files -Dgetenv=timbre_getenv -Dtmpnam=timbre_tmpnam -Dremove=timbre_remove"
include="-I$work -I$source/src/include -I$source/src/include/compat -I$source/src/ucd-tools/src/include"
compile() {
  emcc -O3 -DNDEBUG -fwrapv -Wno-macro-redefined -DPATH_ESPEAK_DATA='"espeak-ng-data"' -DLIBESPEAK_NG_EXPORT=1 $include "$@"
}

for name in mnemonics error ieee80 compiledata compiledict dictionary encoding intonation langopts numbers \
  phoneme phonemelist readclause setlengths soundicon spect ssml synthdata synthesize tr_languages translate \
  translateword voices wavegen speech espeak_api klatt; do
  compile $files -c "$source/src/libespeak-ng/$name.c" -o "$work/$name.o"
done
compile -DGetFileLength=length_on_disk -c "$source/src/libespeak-ng/common.c" -o "$work/common.o"
for name in case categories ctype proplist scripts tostring; do
  compile -c "$source/src/ucd-tools/src/$name.c" -o "$work/ucd-$name.o"
done
compile -c "$here/glue.c" -o "$work/glue.o"

emcc -O3 "$work"/*.o -o "$here/espeak-ng.wasm" --no-entry -s STANDALONE_WASM=1 -s ALLOW_MEMORY_GROWTH=1 \
  -s EXPORTED_FUNCTIONS=_malloc,_free -s ERROR_ON_UNDEFINED_SYMBOLS=0 -s WARN_ON_UNDEFINED_SYMBOLS=0
