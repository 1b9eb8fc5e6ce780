import { expect } from 'chai';
import { seatbeltProfile } from './seatbelt-profile.ts';

describe('profile of sandbox-exec', () => {
  const profile = seatbeltProfile({
    homes: ['/Users/sam'],
    readable: ['/Users/sam/.nvm', '/Users/sam/a "quoted" \\ tool'],
    writable: ['/Users/sam/project/run/home'],
  });
  const place = (rule: string) => {
    const index = profile.split('\n').findIndex((line) => line.startsWith(rule));
    expect(index, rule).to.be.above(-1);
    return index;
  };

  it('hides homes first, then shows tools and the run’s own folders: of rules that apply the last one counts', () => {
    const hidden = place('(deny file-read* (subpath "/Users/sam")');
    const shown = place('(allow file-read* (subpath "/Users/sam/.nvm")');
    expect(hidden).to.be.below(shown);
    expect(profile.split('\n')[shown]).to.include('(subpath "/Users/sam/project/run/home")');
  });

  it('lets write in the run’s own folders and to plain devices only', () => {
    expect(place('(deny file-write*)')).to.be.below(
      place('(allow file-write* (subpath "/Users/sam/project/run/home")'),
    );
    expect(profile).not.to.match(/allow file-write\*[^\n]*nvm/);
  });

  it('closes unix sockets, other processes and the keychain', () => {
    place('(deny network-outbound (remote unix-socket))');
    place('(deny signal (target others))');
    place('(deny process-info* (target others))');
    expect(profile.split('\n')[place('(deny mach-lookup')]).to.include('com.apple.SecurityServer');
  });

  it('quotes paths, and refuses those that it cannot hold', () => {
    expect(profile).to.include('(subpath "/Users/sam/a \\"quoted\\" \\\\ tool")');
    expect(() => seatbeltProfile({ homes: ['/Users/a\nb'], readable: [], writable: [] })).to.throw(/cannot name/);
  });

  it('is balanced', () => {
    const bare = profile.replace(/"(?:[^"\\]|\\.)*"/g, '');
    expect(bare.split('(').length).to.equal(bare.split(')').length);
  });
});
