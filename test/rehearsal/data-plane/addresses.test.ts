import { AddressBook } from '../../../rehearsal/data-plane/plan/addresses';

describe('AddressBook', () => {
  const books: AddressBook[] = [];
  afterEach(async () => {
    await Promise.all(books.splice(0).map((book) => book.close()));
  });

  async function aBook(): Promise<AddressBook> {
    const book = new AddressBook(20);
    books.push(book);
    await book.fill();
    return book;
  }

  const blockOf = (book: AddressBook): number => Math.floor(book.egress('ui', 'app', 80).port / 1000);

  it('takes from a block of its own, so that nobody gets a port that it has let go of for a moment', async () => {
    const [one, two, three] = [await aBook(), await aBook(), await aBook()];
    expect(new Set([blockOf(one), blockOf(two), blockOf(three)]).size).toBe(3);
  });

  it('takes from anywhere when every block is taken', async () => {
    await Promise.all(Array.from({ length: 14 }, aBook));
    expect(blockOf(await aBook())).toBeGreaterThanOrEqual(18);
  });
});
