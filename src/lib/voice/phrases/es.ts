import type { PhraseBook } from './types';

export const es: PhraseBook = {
  consent: (name) =>
    name
      ? `Yo, ${name}, permito que Timbre modele mi voz en este dispositivo.`
      : 'Permito que Timbre modele mi voz en este dispositivo.',
  phrases: {
    greeting: [
      '¡Hola, soy yo! Solo quería saber qué tal te va.',
      'Buenos días a todos y muchas gracias por haber venido.',
      '¡Cuánto tiempo! Echaba de menos nuestras charlas.',
      'Buenas noches, te dejo un mensaje rápido antes de acostarme.'
    ],
    question: [
      'Perdone, ¿me podría decir qué autobús va a la estación?',
      '¿A qué hora quedamos, y hace falta que lleve algo?',
      '¿De verdad preferiste la chaqueta amarilla a la azul?',
      '¿Quién va a cuidar del perro mientras estáis de viaje?'
    ],
    number: [
      'Mi tren sale del andén nueve a las siete y cuarto.',
      'Son cuarenta y tres euros con dieciocho céntimos, por favor.',
      'En mil novecientos noventa y seis éramos doce, y ahora somos más de doscientos.',
      'El código es tres, cero, cinco, ocho, y luego dos veces seis.'
    ],
    emotion: [
      '¡Qué buena noticia, no sabes cuánto me alegro por los dos!',
      'Lo siento mucho, de verdad que no quería hacerte daño.',
      '¡Ya basta! Te he pedido tres veces que bajes la música.',
      'La verdad es que tenía tantos nervios que casi no podía respirar.'
    ],
    everyday: [
      'Voy con un poco de retraso, así que empezad sin mí.',
      'No te olvides de comprar pan, leche y detergente.',
      'Parece que va a despejar, luego podemos dar un paseo.',
      'He dejado las llaves en la mesa de la cocina, junto a tus gafas.',
      'Esta noche cenamos sopa de verduras, y hay para todos.'
    ],
    sounds: [
      'El perro de Ramón corre por la carretera detrás del carro rojo.',
      'La niña soñaba con una cabaña en la montaña, junto a un castaño.',
      'El jueves llovió tanto que la gente joven se refugió en el garaje.',
      'Al pingüino le daba vergüenza bailar delante de la cigüeña.',
      'Zoraida hizo dieciocho dulces de cereza y chocolate.'
    ],
    passphrase: [
      'Mi voz es mía, y soy yo quien decide quién puede usarla.',
      'Siete zorros plateados saltan al alba la tapia del jardín.'
    ]
  }
};
