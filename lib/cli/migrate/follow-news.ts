import { objectText } from '../../messages/drift-texts.ts';
import type { Say } from '../../messages/index.ts';
import type { FollowNews } from '../../migration/follow/index.ts';
import type { ObjectPlace } from '../../migration/plan/plan.ts';
import type { Scene } from './scene.ts';

/** Objects that are named in one line. */
export const named = 5;

export const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

const placeOf = ({ apiVersion, kind, namespace, name }: ObjectPlace) => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Says what happened, with the colours' names. */
export function sayNews(say: Say, { from, to }: Scene, region: string, news: FollowNews): void {
  const names = { source: from, target: to, work: `what comes to ${to}` };
  switch (news.news) {
    case 'applied':
      say('follow.applied', {
        region,
        objects: news.objects.length,
        first: news.objects.slice(0, named).map(objectText),
        lagSeconds: seconds(news.lagMs),
      });
      break;
    case 'level':
      say('follow.level', {
        region,
        from,
        to,
        tookSeconds: seconds(news.tookMs),
        open: news.open,
        left: news.left,
      });
      break;
    case 'open':
      say('follow.open', { region, ...news.open });
      break;
    case 'settled':
      say('follow.settled', { region, ...news.open });
      break;
    case 'left':
      say('follow.left', { region, from, to, ...placeOf(news.object) });
      break;
    case 'unwatched':
      say('follow.unwatched', { region, colour: names[news.with], kind: news.kind, why: news.why });
      break;
    case 'trouble':
      say('follow.trouble', { region, with: names[news.with], why: news.why });
      break;
    case 'recovered':
      say('follow.recovered', { region, with: names[news.with] });
      break;
  }
}
