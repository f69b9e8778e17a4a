import type { PhraseBook } from './types';

export const de: PhraseBook = {
  consent: (name) =>
    name
      ? `Ich, ${name}, erlaube Timbre, meine Stimme auf diesem Gerät zu modellieren.`
      : 'Ich erlaube Timbre, meine Stimme auf diesem Gerät zu modellieren.',
  phrases: {
    greeting: [
      'Hallo, ich bin’s! Ich wollte nur mal hören, wie es dir geht.',
      'Guten Morgen zusammen und herzlichen Dank, dass ihr gekommen seid.',
      'Na, lange nicht gesehen! Unsere Gespräche haben mir gefehlt.',
      'Guten Abend, nur eine kurze Nachricht, bevor ich ins Bett gehe.'
    ],
    question: [
      'Können Sie mir sagen, welcher Bus von hier zum Bahnhof fährt?',
      'Wann treffen wir uns, und soll ich noch etwas mitbringen?',
      'Hast du wirklich die gelbe Jacke genommen und nicht die blaue?',
      'Wer passt denn auf den Hund auf, während ihr verreist seid?'
    ],
    number: [
      'Mein Zug fährt um Viertel nach sieben von Gleis neun ab.',
      'Das macht dreiundvierzig Euro und achtzehn Cent, bitte.',
      'Neunzehnhundertsechsundneunzig waren wir zwölf, heute sind wir über zweihundert.',
      'Der Code lautet drei, null, fünf, acht und dann zweimal die Sechs.'
    ],
    emotion: [
      'Ach, wie schön, das freut mich riesig für euch beide!',
      'Es tut mir leid, ich wollte dich wirklich nicht verletzen.',
      'Jetzt reicht’s! Ich habe dich dreimal gebeten, die Musik leiser zu machen.',
      'Ehrlich gesagt war ich so aufgeregt, dass ich kaum atmen konnte.'
    ],
    everyday: [
      'Ich verspäte mich ein bisschen, fangt ruhig schon ohne mich an.',
      'Vergiss bitte nicht, Brot, Milch und Waschpulver zu kaufen.',
      'Später soll es aufklaren, dann gehen wir eine Runde spazieren.',
      'Die Schlüssel liegen auf dem Küchentisch, gleich neben deiner Brille.',
      'Heute Abend gibt es Gemüsesuppe, die reicht für alle.'
    ],
    sounds: [
      'Zwei Zeisige zwitscherten zwischen den Zweigen der Zypresse.',
      'Der Bäcker öffnete früh, und ein süßer Duft zog durch die Straße.',
      'Das Mädchen lachte fröhlich und mochte noch nicht nach Hause gehen.',
      'Das Pferd stampfte durch die Pfütze und schüttelte den Kopf.',
      'Neun Leute bauten aus alten Bäumen ein neues, geräumiges Haus.'
    ],
    passphrase: [
      'Meine Stimme gehört mir, und ich entscheide, wer sie benutzen darf.',
      'Sieben silberne Füchse springen im Morgengrauen über die Gartenmauer.'
    ]
  }
};
