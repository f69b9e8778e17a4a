import type { PhraseBook } from './types';

export const it: PhraseBook = {
  consent: (name) =>
    name
      ? `Io, ${name}, autorizzo Timbre a modellare la mia voce su questo dispositivo.`
      : 'Autorizzo Timbre a modellare la mia voce su questo dispositivo.',
  phrases: {
    greeting: [
      'Ciao, sono io! Volevo solo sapere come stai.',
      'Buongiorno a tutti, e grazie davvero di essere venuti.',
      'Da quanto tempo! Mi mancavano le nostre chiacchierate.',
      'Buonasera, solo un messaggio veloce prima di andare a letto.'
    ],
    question: [
      'Scusi, mi sa dire quale autobus va alla stazione?',
      'A che ora ci vediamo, e devo portare qualcosa?',
      'Hai scelto davvero la giacca gialla invece di quella blu?',
      'Chi si occuperà del cane mentre siete in viaggio?'
    ],
    number: [
      'Il mio treno parte alle sette e un quarto dal binario nove.',
      'Fanno quarantatré euro e diciotto centesimi, per favore.',
      'Nel millenovecentonovantasei eravamo in dodici, adesso siamo più di duecento.',
      'Il codice è tre, zero, cinque, otto, e poi due volte sei.'
    ],
    emotion: [
      'Che bella notizia, sono proprio felice per tutti e due!',
      'Scusami, davvero, non volevo farti stare male.',
      'Adesso basta! Ti ho chiesto tre volte di abbassare la musica.',
      'A dire la verità, avevo così tanta paura che quasi non respiravo.'
    ],
    everyday: [
      'Sono un po’ in ritardo, cominciate pure senza di me.',
      'Non dimenticare di comprare il pane, il latte e il detersivo.',
      'Più tardi dovrebbe schiarire, così andiamo a fare due passi.',
      'Ho lasciato le chiavi sul tavolo della cucina, accanto ai tuoi occhiali.',
      'Stasera c’è la minestra di verdure, e basta per tutti.'
    ],
    sounds: [
      'Gli gnocchi della nonna sono meglio di qualsiasi lasagna.',
      'Il coniglio e la cicogna sognano una montagna di foglie.',
      'La zia compra mezzo chilo di zucchine e una tazza di zucchero.',
      'Lo sciatore scende piano lungo la pista, con la sciarpa al vento.',
      'Ha piovuto fino a lunedì, però la città è già più viva.'
    ],
    passphrase: [
      'La mia voce è mia, e decido io chi la può usare.',
      'Sette volpi d’argento saltano all’alba il muro del giardino.'
    ]
  }
};
