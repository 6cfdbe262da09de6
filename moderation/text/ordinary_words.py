"""Ordinary words and names, for the rules that must leave them alone.

Not a dictionary: `COMMON` is what English is mostly made of, and `ORDINARY` holds the
words and names that some rule about listed words would otherwise take for a disguise.
One that is found to be missing is added here.
"""

from __future__ import annotations

from typing import Final

# ruff: noqa: SIM905 (lists to be read and kept in order)

COMMON: Final = frozenset(
    """
ability able about above absolutely accept access according account across act action actions
actual actually add address admin admit after again against age ago agree all allow allowed almost
alone along already also although always am america american americans among amount an and another
answer answers any anybody anymore anyone anything anyway apparently appears apply are area arent
argue argument armed arms around arse article as ask asked asking ass assume at attack attempt
attention author authority available average avoid aware away baby back bad bank based basic
basically be because become been before behavior behind being believe benefit besides best bet
better between beyond big bill birth blame board body book books born boss both boys brain brains
break bring britain bro brought bunch burn business but buy by call called calling came can cannot
cant car care carry case cases cause caused center certain certainly chance change changed changes
check child children choice choke choose church citizens city civil claim claimed claims class
clear clearly close college come comes coming common community companies company compared complete
completely concerned confused consider considered considering continue control correct cost costs
could country couple course court crawl create created crime crimes cunts current currently cut
damned dangerous data day days dead deal decide decided decision defend defense deny depends
despite did didnt difference different difficult directly disgusting do does doesnt doing dollars
done dont doubt down drive driving drop drown drug dude due during each earlier early earth easily
easy eat editor effect either else end england english enjoy enough entire entirely equal
especially europe even ever every everyone everything everywhere evidence exactly example except
excuse exist expect experience explain face faces fact facts fail failed fair faith fall false
family far father favor fear federal feel fellow few fight figure filthy finally find fine fire
first fit folks follow following food for force forced foreign forget form found free freedom
friend friends from front full fully fun funny further future gave general get getting girl give
given gives giving go god goes going gone good got government great group gtfo guess gun guy guys
had half hand hands happen happened happens happy hard has have having he head health hear heard
heart held hell help her here hes high higher him himself his history hit hold hole home honest
hope house how however huge human humans idea ideas if ignore im imagine important impossible in
include including increase indeed individual information innocent instead intelligent interest
interested interesting into involved is isnt issue issues it its itself ive job journalist judge
just justice keep kids kind knew know knowing knowledge known knows lack land language large last
late later law laws lead learn least leave left leftist legal less let level lie life light like
likely limited line link list little live lives living local lol long longer look looking looks
lose lost lot lots love low lower luck made main major make makes making man many market marriage
married mass mate matter may maybe mayor me mean meaning means meant media medical members men
mention mentioned merely message middle might military million millions mind mine minister
moderator moderators modern moment money month months moral more most mostly mother mouth move
much must my myself name nation national natural nature near necessary need needed needs neighbor
neighbour neither never new news next nice night no nobody none normal not note nothing notice now
number numbers obvious obviously of off offer office often oil old on once one ones only open
opinion opposite or order original other others otherwise our out outside over own oxygen pack
paid parents part particular parts party pass passed past pay paying people perfect perhaps period
person personal personally physical pick piece pieces place places plan play please point points
police policy political poor position possible possibly post power practice prefer present
president pretend pretty prevent price private probably problem problems process proof property
protect protection prove provide provided public purpose put question questions quite race racist
rate rather read reading real reality realize really reason reasonable reasons recent recently
record regarding related relationship religious remember report reporter require required research
respect respond response responsibility responsible rest result results right rights rightwing
risk road room rot rule rules run running sad safe said same save saw say saying school science
scientific scientists search second security see seeing seem seems seen send sense serious
seriously service set several sexist sexual shall share she shes short should show shown shows
side similar simple simply sin since single site situation small so social society some somebody
somehow someone something sometimes somewhere son soon sorry sort sound sounds source space speak
speaking special species specific spend spending stand standard start started state statement
states stay step stfu still stop story straight strong students study stuff subject such suggest
support suppose supposed sure surely system take taken takes taking talk talking taught tax teach
teacher tell telling tend term terms test than thank thanks that thats the their them themselves
then theory there therefore these they theyre thing things think thinking thinks third this those
though thought thousands three through thus time times title to today together told too took top
total totally towards tried true truly trust truth try trying turn two type ugly under understand
understanding universe unless until up upon ur us use used using usually utter value various very
view violence visit vote voters wait waiting want wanted wants war was waste watch water way ways
we weapon weapons week well went were what whatever when where whether which while who whole why
wife will willing win wing wish with within without won wonder wont word words work working works
world worse worth would writer written wrong wrote yall yeah year years yes yet you young your
youre yours yourself youve
""".split()
)
"""Words that others are run together with."""

ORDINARY: Final = COMMON | frozenset(
    """
shittu cuntz ficker diks raghed bastad
ab abs ac ace aces aches ad admn ads af africa africana afterburning ages ain ak akin al ale alen
ali alin aline alines alins allfoolsday ally alme amasses amuses analyst angle ani animal animas
ann annus ansu ant antitorpedo ants anzi ap ape appes apse ar aras arba arbs ard ares aress arian
arts asan ash ashy asia asiana asias asina asins assed assess assessee ate au auns ave ba babcock
backhooker backs bag bags ball balls bar barb bass bastardliness bastardy's beatenup bebloody
becoward becreep becripple bed bedunce beent befools behypocrite bel bell belle belled bemonster
beplague beta bewhore bgger bi bibo bich bichy bid bigger biggers bigos bigotty billy bimbs bin
bins biot birch birched birches birching bit bith bits bitthead blackcock blackcocks bled blinde
blody blond blood bloodyhand blooey bo bobo bobs boese bogger bombo bombos bon bonde bone boo
boobyalla boody boos boot botch botched botches botching botchy bra brainwash brainwashes bred
brun bruning bs bucher buff buffon bug bull bulls bullshitted bullshitter's bullshot bumbo bur
buring burnes butch butcherless butches butt ca cable cal cam caner cans cap capped capping cappy
caps carp carps cat ce certin cetin che chi chik chiks chin chinee ching chins chinse cho chonk
chris christ christiana christin christina chu chum chunk chunks chup cink civilized cl clitheroe
clon clue co coard coc cockamamy cockatoo cockbill cockbrain cockburn cockfight cocklet cocklight
cockmate cockpit cockshead cockshot cocksure cocksurely cocktail cocs cok coks coky com comme
commes commis competent coms con cono cons cont contempt conts conty coo cook cooked cooks coos
coq coqs cor corruptive corruptless corruptor cow cowardy cown cox cr crapout crappie crapshoot
crapshooting crapy cras cray creel creels creepage creephole crees crep crepe crepes crepey creps
crepy creton cretons cristian critical crok crookes crooms cry cs csam cuc cuckhold cuckold cuk
cump cuny cuq cute cuts cuty cux da dam damed damer dammed dammer damming damnability damnable
dams daned daner daning danner dans dany dath de deah deceit deense degenerated deid deis del
delusion dem demo demorats den dene denes deportable deportee depot depraves deranges dese
destroyable di dian dic dickens dickenson dickinson dickison dickman dickson dics dide dido dik
dike dikes dillard dilo dim dimber dimit dip diq dirt dis disable disables dise diseases
disgracefully disgrade disgustfully dish dix dixie dkes dlts dnce dockhead dollard dols dolthead
domb dos dots douce douched du dub dubo duce duces duche dull dumba dumbbell dumbbells dumbdown
dumbfound dumno dumo dun dunbo dune dunes dy dyck dyes ease eased eason eaten eating ed educated
eg egan ego egoistical el ell en ends ep epdo er es et etched ex exected executes exterminates fa
faq faqs fas fascista fasg faso fasos fasto fato faud fe feak fi ficks fids fiod fiods fith flake
flakes fo fock focks fodi fodis fods fois fols foolaround foolaroundwith foolborn foolhappy
foollarge foollike foolproof foos fore fr fra frau freakout fream freeburning fugy fuly fux ga gal
gals gan gant gar garage garb garbageman gas ge gee gen gender generate generates ghetti gils gipo
girs glob global goatsucker goatsuckers goddam goo goos goss gpos grace graceful grant grants
greed grils gros gt guly gust guytrash gyp gyppo gyps ha haed haer haes haet hag haged haing hal
halfcock han hancock handicap haned hanfed hangee harassable hared haring hat hatd hateed hatful
hatres hats hatte hatted hatter hatters hatting haying heacock heads heartburned heartburning
heartsickening heos hey hi hid hide hidu hill hin hind hinds histopathological histotherapist hite
hits hitter hitting hmos ho hoker holes homs hondus hoo hook hooka hookah hookahs hookas hookera
hookerman hoom hoos hoot horse horses hos hose hot hots hting hug hugs hump hypo hysteric ian ic
id ides idiothalamous idiothermic idiothermous idiothermy idioticon idiotropian idiotropic
idiotypic idly ie ike iles ill imp imparasitic imperverse impoison imprimitive ina inane inbreed
inburning incontemptible incorrupt incorruptive increep ind indane india indiana indias inested
inet infer infest ing ingested ink inking inlet inobnoxious inpt ins int invade invader invades
invested invulgar ion ir irrigating isam ish ison itch itching itchy ja jack jak jaker jakers
jakin jek jerkinhead jerksome jerkwater jobs junie junk key keys ki kies kiles kilin killable
killeen killifishes kin king kipling knut kock kont koon koons kuck kums kungs kuns kunst kunta
kuntz kuts la lacks lag lair lairs lake lakes lam lard lars lathe lau laugh laughter lave le led
legally leis lend lends lent les lets li lias lib lien lightwater lim lime lin ling lira liras
lirs lise lists literate ll lnch lo loath lock locks loder loer logical looser los losa loses losr
lothe lothsome lowers lowlives lt lu luna lure ly ma male males mania manias manic manica manics
manslaughter mar marist marx maycock meacock medicks mesorectum metal mexicana mi mic migration
min minster minsters miron mirons miser mist mit mo mobster mobsters mon moneys monk monkeyboard
monkeyface monkeylike monstera monsterlike moon moons moppet moppets morin morn morns moros mot
moth moton mp ms mu muck murer muslin na nais naism nasy nate naty nausea nazia nazim nazims
nazirate nd ne neck necks ned neds nego negos negri negrohead negrolike nero neros ners nest ng ni
niger niggerdom niggerfish niggergoose niggerling niggertoe niggerweed niggs nile nit non nondense
nononsense nous noxious nozzle nrds nred nreds ns nt nu numb numskull numskulls nut nuts ny ob
obse offscum ohes ok ol ole omen omit oprn oprns oral ore os ot outfool outkill outpoison outsuck
outwhore overburned overchildish overcorrupt overcreep overdamn overfoolish overgreedy overharass
overhysterical overjealous overkill overprick overshooting overterrible overtorture overviolent ow
owns oxymorons pa paes paik pais pak paks paky palis pan pans pany panys par para parasitelike
parasitica pasy pat path paths paz pdos pe pedis peds peess peis pen penia penistone pens peos per
perv pervertive pet pets phoy pi pic picks pics pigswill pill pinched ping pisay pison pissaway
pisses pizzs plage plagueless plagueproof plaguesome pled po poi poisonable poisonfully poisonless
poisonproof poisonsome poisson politic pollock pollocks pomp pons pony pors port ported pos
posthysterical postpathological pr pre prefator prickless prickmadam prickproof prickpunch
prickshot prim prix prns pro pron prop pros prostituted ps psis pss pssed pssing psss psych
psychopathological psychotherapist psychotherapists publican puch pudsy pun punches pus puss
pusses py pyssy que queef queersome queet queres ra raab racesuicide raed rag raid rance rant rap
rapes rapeseed rappe rapped rapping rase rases rash rast rates ration rd re reards red redeck
reedy ref refuge refuges regard regarded regards rep republic retardative retardive retare rev
revolt rick ricks rid ring ripple ripples rite rites roach roaches roadkill roll rolls ron rook
ross roten roy rs rt rub sa sags salg salve salves sammer san sand sane sank sanks savaged savate
saves scene schuck scumboard scumless scumlike scumproof scunthorpe se seating sebile seile seine
seines selly semale sen sham shame shat shed sheet sheets shie shiite shiites shimp shire shirted
shirter shirtier shirtiest shirting shirty shis shist shitake shither shitless shitr shittah
shmuck shoo shooing shote shott shotted shotter shotty shts shuck shucked shucker shucking shucks
shute shutter shutters shutting shy si sic sicked sicken sicker sicking sico sics sime sims simy
sine sines sing sink sinking sinks sips sis sit sites sits sitter sitters sitting skelly skull
skulls slae slaes slam slank slaughterhouse slaughterman slaved slavs slicker slics slie slim
slitty slme slot slots sluther slve smart smell smip snelly snile snit snite snow soaves sock
socked socker sockin socking socks sonsofbitches soot sos sp spa spaes spaxes spcs speec spin
spine spis ss st staab stain stains stfo stik stiking sting stins stonking stonks stooe stopcock
stopcocks strange strangleable stranglehold stuf sty su sub suc sucka suckable suckage suckas
suckerlike suckerstate sucket suckhole suckless sucm suk sults sum summy suq sut suts swinecase
swinehead swinelike swipe symp symps ta tab tads tans tar tarns tars tash taste tat tats tatty te
ted teets ten tent terminate terminated terri terror th theat therapist therapists tho thos
threatfully threatless threatproof thts thu thuts thy ti tic tier tin ting tins tist titsworth
toic toll tolls ton tons tor tord tort tortue tortureproof torturesome toser toss tosses tots tow
towel towser tr trad trads trah trait traitorlike tran trant tras trashcan trashless trasn trasy
treasonable treasonless treasonproof treat tresson trill trills tritor trll trlls trollman trolps
trools troy trud trycock ttranny tu tud tuds tugs tum turcs turncock turs twaddy twas twatt tweet
tweets twis twist ty tyrantlike tyrany ud um umber un uncivil underbeaten underburned undercreep
undershooting undersuck undertyrant upcreep upprick ups urn uses ut utes va vaginaless vaina ve
vean vega vegana vegas veil verin verminlike verminproof vernin verse vi viel ville violet vo voit
volent vu vulgarlike wad wak waked waker waking waks wan waned waner waning wanis wans warbeaten
ward wards washed wat watercock watermonkey weatherbeaten weathercock weathercocks weathercocky
wei weido weir weird weirds wet wetched wh whire whit whited whiteplague whits whne whoe whoes
whorelike whoreson whote whre wich wick wickedlike wicth wihner wihning wims wine winer wines
wining wipe wipes wips wit wite wits wniner wnining wo woan wore wores woring wort worts wost
wretch wretches wtch zed zion zoonist zuck zucker zucks
""".split()
)
"""Words and names that are one slip from a listed word, a piece of one, or seem run together."""
