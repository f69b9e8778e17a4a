#!/usr/bin/env bash
# Makes the speech that the end-to-end tests feed in: the same everyday message in the six starter languages,
# spoken by eSpeak NG in voices that the app itself doesn't use, in formats that phones and messengers send.
# Needs espeak-ng and ffmpeg; the files are committed.
set -euo pipefail
cd "$(dirname "$0")/../tests/fixtures/speech"

speak() { # voice, file, ffmpeg's options, text
  espeak-ng -v "$1" -s 150 -p 45 --stdout "$4" | ffmpeg -loglevel error -y -i - -af 'adelay=250,apad=pad_dur=0.35' -ac 1 $3 -fflags +bitexact -flags:a +bitexact "$2"
}
speak en+f2 en.wav '-ar 16000' "I'm running late, I'll be there in twenty minutes. I'm already on my way."
speak fr+m3 fr.wav '-ar 16000' "Je suis en retard, j'arrive dans vingt minutes. Je suis déjà en route."
speak de+m5 de.wav '-ar 16000' "Ich verspäte mich, ich bin in zwanzig Minuten da. Ich bin schon unterwegs."
speak es+f3 es.ogg '-c:a libopus -b:a 32k' "Voy con retraso, llego en veinte minutos. Ya voy de camino."
speak it+f4 it.m4a '-c:a aac -b:a 64k' "Sono in ritardo, arrivo tra venti minuti. Sto già arrivando."
speak pt+m2 pt.mp3 '-c:a libmp3lame -b:a 64k' "Estou com atraso, chego daqui a vinte minutos. Já vou a caminho."
